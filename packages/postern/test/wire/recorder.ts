import { createTestServer } from '../support/server.ts';

/** One request as a tenant sees it. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a body, whether JSON or a form. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Recorder {
  /** `fetch` for a client of `https://{domain}`: the request goes to this server instead. */
  readonly fetch: typeof globalThis.fetch;
  readonly requests: RecordedRequest[];
  /** What every path but discovery answers. */
  answer(status: number, body: unknown, headers?: Record<string, string>): void;
  close(): Promise<void>;
}

export const domain = 'tenant.example';

/** What the connection and Node's `fetch` add; no client chose it. */
const notTheClients = /^(host|connection|content-length|accept-encoding|accept-language|user-agent|sec-fetch-mode)$/;

/** A server that answers anything, over real HTTP, and remembers what it was asked. */
export async function createRecorder(): Promise<Recorder> {
  const server = await createTestServer();
  const { fetch } = globalThis;
  let reply: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '{}' };
  const requests: RecordedRequest[] = [];
  server.answer = (request, response) => {
    // No discovery document: the tenant is laid out as Auth0 is.
    if (request.url?.startsWith('/.well-known/')) {
      response.writeHead(404).end();
      return;
    }
    const { method, url, headers, body } = server.requests.at(-1) ?? { method: '', url: '', headers: {}, body: '' };
    const type = headers['content-type']?.split(';')[0];
    requests.push({
      method,
      path: url,
      headers: Object.fromEntries(
        Object.entries({ ...headers, ...(type ? { 'content-type': type } : {}) })
          .filter(([name]) => !notTheClients.test(name))
          .map(([name, value]) => [name, String(value)]),
      ),
      fields: type === 'application/json' && body ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body)),
    });
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(reply.body);
  };
  return {
    requests,
    fetch: (input, init) => fetch(String(input).replace(`https://${domain}`, server.origin), init),
    answer: (status, body, headers = {}) => {
      reply = { status, body: typeof body === 'string' ? body : JSON.stringify(body), headers };
    },
    close: server.close,
  };
}
