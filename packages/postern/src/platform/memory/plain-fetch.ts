/** As much of Node as is needed here; other runtimes have none of it. */
interface NodeProcess {
  getBuiltinModule?(name: 'node:http' | 'node:https'): typeof import('node:http') | undefined;
}

/**
 * `fetch` as Node has it: cookies can be sent, redirects seen, and no page's origin is in the way. happy-dom puts a browser's
 * in its place; there the same goes by Node's HTTP client.
 */
export const plainFetch: typeof fetch = (input, init) =>
  isOfHappyDom() ? fetchByHttp(new URL(String(input)), init) : fetch(input, init);

const isOfHappyDom = () => 'window' in globalThis && 'happyDOM' in window && window.fetch === fetch;

function fetchByHttp(url: URL, init: RequestInit = {}): Promise<Response> {
  const { process } = globalThis as { process?: NodeProcess };
  const client = process?.getBuiltinModule?.(url.protocol === 'https:' ? 'node:https' : 'node:http');
  if (!client) return fetch(url, init);
  const { method = 'GET', body, signal } = init;
  const headers = Object.fromEntries(
    init.headers instanceof Headers
      ? [...init.headers]
      : Object.entries({ ...(init.headers as Record<string, string>) }),
  );
  if (body instanceof URLSearchParams) headers['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8';
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown) => reject(new TypeError('fetch failed', { cause }));
    const request = client.request(url, { method, headers }, (answer) => {
      const chunks: Uint8Array[] = [];
      answer.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      answer.on('error', failed);
      answer.on('end', () => resolve(toResponse(answer.statusCode ?? 0, answer.rawHeaders, chunks)));
    });
    request.on('error', failed);
    const abort = () => {
      request.destroy();
      reject(signal?.reason);
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    request.end(body == null ? undefined : String(body));
  });
}

function toResponse(status: number, rawHeaders: readonly string[], chunks: readonly Uint8Array[]): Response {
  const headers = new Headers();
  const cookies: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (name.toLowerCase() === 'set-cookie') cookies.push(value);
    else headers.append(name, value);
  }
  const text = new TextDecoder().decode(concat(chunks));
  const response = new Response([204, 205, 304].includes(status) ? null : text, { status, headers });
  // A browser's `Headers` hide them.
  response.headers.getSetCookie = () => cookies;
  return response;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
