const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether the URL stays on this machine (RFC 8252 section 8.3). */
export function isLoopback(url: URL): boolean {
  return loopbackHosts.has(url.hostname);
}

/** What a client with `allowLoopbackCallbacks` has beside its own addresses, in words for the event log. */
export const anyLoopback = (client: { readonly allowLoopbackCallbacks: boolean }): readonly string[] =>
  client.allowLoopbackCallbacks ? ['any http address of localhost, 127.0.0.1 or [::1]'] : [];

export function parseUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}
