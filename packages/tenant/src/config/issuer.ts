/** Host names that mean "this machine or this network": reserved names, private names, and tunnels to a developer's machine. */
const LOCAL_SUFFIXES = [
  'localhost',
  'test',
  'local',
  'internal',
  'lan',
  'home.arpa',
  'example',
  'invalid',
  'example.com',
  'example.net',
  'example.org',
  'nip.io',
  'sslip.io',
  'ngrok.io',
  'ngrok.app',
  'ngrok.dev',
  'ngrok-free.app',
  'ngrok-free.dev',
  'trycloudflare.com',
  'loca.lt',
  'ts.net',
  'devtunnels.ms',
  'app.github.dev',
  'gitpod.io',
];

/**
 * The issuer in the form tokens carry it, with its trailing slash.
 *
 * A tenant that hands out tokens for known passwords must not look like a real one (T36): public host names are refused.
 *
 * @throws TypeError when it is no http(s) origin, or is a host name that could be production.
 */
export function parseIssuer(issuer: string): string {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new TypeError(`The issuer "${issuer}" is not allowed; give an address such as http://192.168.1.20:4455/.`);
  }
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password) {
    throw new TypeError(`The issuer "${issuer}" is not allowed; it must be scheme, host and port only.`);
  }
  if (!isLocalHost(url.hostname)) {
    throw new TypeError(
      `The issuer "${issuer}" looks like production, and this is a tenant for tests: anyone can read its passwords and codes. ` +
        'Allowed: localhost, private addresses (10.*, 172.16-31.*, 192.168.*), names without a dot, *.test, *.local, *.internal, ' +
        'and tunnels to your machine (ngrok, trycloudflare, ts.net, …).',
    );
  }
  return url.href;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

function isLocalHost(hostname: string): boolean {
  if (isLoopback(hostname) || hostname.startsWith('[')) return !/^\[[23]/.test(hostname);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(hostname))
    return /^(10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(hostname);
  return (
    !hostname.includes('.') || LOCAL_SUFFIXES.some((suffix) => hostname.endsWith(`.${suffix}`) || hostname === suffix)
  );
}
