const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether the URL stays on this machine (RFC 8252 section 8.3). */
export function isLoopback(url: URL): boolean {
  return loopbackHosts.has(url.hostname);
}

export function parseUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}
