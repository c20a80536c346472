import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** A `fetch` on keep-alive connections of its own, for http and for https with a certificate nobody vouches for. */
export interface HttpClient {
  readonly fetch: typeof fetch;
  /** How many requests were answered so far. */
  readonly answered: () => number;
  close(): void;
}

export function createHttpClient(connections: number): HttpClient {
  const options = { keepAlive: true, maxSockets: connections };
  const http = new HttpAgent(options);
  const https = new HttpsAgent({ ...options, rejectUnauthorized: false });
  let answered = 0;

  const send = (url: URL, init: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      const body = init.body === undefined || init.body === null ? undefined : String(init.body);
      const headers = new Headers(init.headers);
      if (body !== undefined) {
        headers.set('content-length', String(Buffer.byteLength(body)));
        if (!headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded');
      }
      const secure = url.protocol === 'https:';
      const call = (secure ? httpsRequest : httpRequest)(
        url,
        { agent: secure ? https : http, method: init.method ?? 'GET', headers: Object.fromEntries(headers) },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('error', reject);
          response.on('end', () => {
            answered += 1;
            const received = new Headers();
            for (const [name, values] of Object.entries(response.headersDistinct))
              for (const value of values ?? []) received.append(name, value);
            resolve(new Response(text, { status: response.statusCode ?? 0, headers: received }));
          });
        },
      );
      call.on('error', reject);
      call.end(body);
    });

  return {
    fetch: (url, init = {}) => send(new URL(String(url)), init),
    answered: () => answered,
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
}

/** Answers with the body of a 200, and throws what another answer says. */
export async function expectJson(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`Answered with ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Record<string, unknown>;
}
