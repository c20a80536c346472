/**
 * The address as a Content-Security-Policy source: its origin, or its scheme where CSP has no words for the host (a
 * private-use scheme has none, and the grammar knows no IPv6 addresses).
 */
export function cspSource(address: string): string {
  const { protocol, hostname, origin } = new URL(address);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return isWeb && !hostname.startsWith('[') ? origin : protocol;
}
