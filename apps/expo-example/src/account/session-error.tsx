import { useAuth0 } from 'postern';
import { ErrorBanner } from '../ui/error-banner';

/** Failures a person can understand and act on; the others show what the tenant said. */
const texts: Record<string, string> = {
  NO_NETWORK: 'You are offline. What is stored here still works; the rest comes back with the network.',
  NETWORK_ERROR: 'The sign-in service cannot be reached. Are you online, and on the same network as the tenant?',
  BIOMETRICS_FAILED: 'Your session stayed locked, as nobody was recognised.',
  RENEW_FAILED: 'Your session has ended. Sign in again.',
  SESSION_EXPIRED: 'Your session has ended. Sign in again.',
};

/** Changing one's mind is no error. */
const silent = new Set(['USER_CANCELLED']);

export function SessionError() {
  const { error } = useAuth0();
  if (!error) return null;
  const type = 'type' in error && typeof error.type === 'string' ? error.type : error.name;
  return silent.has(type) ? null : <ErrorBanner message={texts[type] ?? error.message} />;
}
