import { AuthError } from '../errors/auth-error.ts';

/** An answer other than 2xx as an error (wire reference sections 2 and 29), the server's own words kept. */
export function responseError(
  response: Pick<Response, 'status' | 'statusText' | 'headers' | 'type'>,
  text: string,
): AuthError {
  const { status } = response;
  // A page is not told which it was.
  const redirects = response.type === 'opaqueredirect' || (status >= 300 && status < 400);
  const json = parseObject(text) ??
    challengeOf(response.headers.get('www-authenticate')) ?? {
      error: `http_error_${status}`,
      error_description: redirects
        ? 'The server redirects elsewhere, which is not followed: is this its own domain?'
        : readable(text) || response.statusText || `HTTP ${status} error`,
    };
  const message = [json.message, json.error_description, json.description, json.detail, json.error].find(
    (candidate): candidate is string => typeof candidate === 'string' && candidate !== '',
  );
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new AuthError(word(json.error) ?? 'a0.response.invalid', message ?? 'Unknown error', {
    status,
    code: word(json.code) ?? word(json.error) ?? word(json.type) ?? `http_error_${status}`,
    json: Number.isFinite(retryAfter) ? { ...json, retry_after: retryAfter } : json,
  });
}

/** What a proxy says, in text or HTML. JSON that cannot be read, or what looks like a token, may be one. */
const readable = (text: string) => (/"\s*:/.test(text) ? '' : text.replace(/[\w.~+/=-]{20,}/g, '…').slice(0, 500));

const word = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // Plain text, or nothing.
  }
  return undefined;
}

/** RFC 6750 section 3: what is wrong, when the body does not say. */
function challengeOf(header: string | null): Record<string, unknown> | undefined {
  const parameter = (name: string) => new RegExp(`[\\s,]${name}="([^"]*)"`).exec(header ?? '')?.[1];
  const error = parameter('error');
  return error === undefined ? undefined : { error, error_description: parameter('error_description') };
}
