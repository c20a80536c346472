/** Failures that a person can understand and act on. */
const texts: Record<string, string> = {
  NO_NETWORK: 'You are offline. What is stored here still works; the rest comes back with the network.',
  NETWORK_ERROR: 'The sign-in service cannot be reached. Are you online, and on the same network as the tenant?',
  BIOMETRICS_FAILED: 'Your session stayed locked, as nobody was recognised.',
  RENEW_FAILED: 'Your session has ended. Sign in again.',
  SESSION_EXPIRED: 'Your session has ended. Sign in again.',
};

/** What to tell the person, or nothing: changing one's mind is no error. Other failures show what the tenant said. */
export function describeError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return String(error);
  const type = 'type' in error && typeof error.type === 'string' ? error.type : error.name;
  return type === 'USER_CANCELLED' ? undefined : (texts[type] ?? error.message);
}
