import type { BrowserContext, Request } from 'playwright-core';

/** One request as the tenant sees it, what is random in it made the same. */
export type Recorded = Readonly<Record<string, string>>;

const shownHeaders = ['content-type', 'authorization', 'dpop', 'auth0-client', 'x-app'];
/** Parameters with values of the moment, which only their presence compares. */
const random =
  /^(state|nonce|code|code_challenge|code_verifier|refresh_token|subject_token|mfa_token|oob_code|auth_session|token|dpop_jkt)$/;

/** Keeps what the pages of `context` ask of `issuer`, in order. */
export function recordRequests(context: BrowserContext, issuer: string, origin: string): () => Recorded[] {
  const requests: Request[] = [];
  context.on('request', (request) => {
    const { pathname, href } = new URL(request.url());
    // How a client learns where things are, and the pages' own pictures and styles, are nobody's call.
    if (href.startsWith(issuer) && !/^\/(\.well-known\/|favicon|assets\/|__tenant)/.test(pathname))
      requests.push(request);
  });
  return () => requests.splice(0).map((request) => read(request, origin, new URL(issuer).host));
}

function read(request: Request, origin: string, tenant: string): Recorded {
  const url = new URL(request.url());
  const headers = request.headers();
  const body = request.postData() ?? '';
  const isJson = body.startsWith('{');
  const fields: [string, unknown][] = isJson
    ? Object.entries(JSON.parse(body) as object)
    : [...new URLSearchParams(body)];
  const show = (name: string, value: unknown) => {
    if (name === 'auth0Client') return showHeader('auth0-client', String(value));
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return random.test(name) && text !== '' && !text.startsWith('mine')
      ? '<random>'
      : text.replaceAll(origin, '<app>').replaceAll(tenant, '<tenant>');
  };
  const way = request.isNavigationRequest() ? (request.frame().parentFrame() ? 'iframe' : 'page') : 'fetch';
  return {
    method: request.method(),
    path: url.pathname,
    way,
    ...Object.fromEntries([...url.searchParams].map(([name, value]) => [`query ${name}`, show(name, value)])),
    ...Object.fromEntries(fields.map(([name, value]) => [`field ${name}`, show(name, value)])),
    ...Object.fromEntries(
      shownHeaders.flatMap((name) => {
        const value = headers[name];
        return value === undefined || way !== 'fetch' ? [] : [[`header ${name}`, showHeader(name, value)]];
      }),
    ),
  };
}

function showHeader(name: string, value: string): string {
  if (name === 'authorization') return `${value.split(' ')[0]} <token>`;
  if (name === 'content-type') return value.split(';')[0] ?? '';
  if (name === 'auth0-client') return String(JSON.parse(Buffer.from(value, 'base64').toString()).name);
  if (name !== 'dpop') return value;
  const [header = '', claims = ''] = value.split('.');
  const names = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const { alg } = names(header);
  return `${alg}: ${Object.keys(names(claims)).sort().join(' ')}`;
}

/** What is not the same in two recordings, part by part: what they send, and what we do. */
export function compareRecordings(theirs: readonly Recorded[], ours: readonly Recorded[]): string[] {
  const differences: string[] = [];
  const count = Math.max(theirs.length, ours.length);
  for (let index = 0; index < count; index += 1) {
    const [a, b] = [theirs[index], ours[index]];
    if (a === undefined || b === undefined) {
      const { method, path, way } = (a ?? b) as Recorded;
      differences.push(`${a === undefined ? 'ours' : 'theirs'} alone: ${method} ${path} (${way})`);
      continue;
    }
    for (const part of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort())
      if (a[part] !== b[part]) differences.push(`${part}: ${a[part] ?? 'none'} → ${b[part] ?? 'none'}`);
  }
  return [...new Set(differences)];
}

/** What is not the same in two results: the names of their members, and in headers what a proof says. */
export function compareResults(theirs: unknown, ours: unknown): string[] {
  const [a, b] = [showResult(theirs), showResult(ours)];
  return a === b ? [] : [`result: ${a} → ${b}`];
}

function showResult(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => (name === 'DPoP' ? `DPoP (${showHeader('dpop', String(member))})` : name))
    .sort()
    .join(' ');
}
