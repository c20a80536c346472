import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthError, TimeoutError } from '../../errors/auth-error.ts';

export interface LoopbackListener {
  readonly redirectUri: string;
  /** The callback with this `state`; everything else that comes is turned away. Closes the listener in any case. */
  receive(state: string, timeoutMs: number): Promise<string>;
  /** Ends the waiting, with `USER_CANCELLED`. */
  cancel(): void;
  close(): void;
}

/** What the browser still has to fetch before it shows the page; then it lets go of the connection. */
const FAREWELL_MS = 2000;

/**
 * RFC 8252 section 7.3: waits on this machine's loopback address alone, on a port that the system picks, for one callback.
 *
 * @param wanted The app's own redirect URI: `http://127.0.0.1`, `http://[::1]` or `http://localhost`, with the port to use
 * (for servers that want it registered) or without.
 * @throws AuthError `a0.invalid_configuration` the URI is no loopback address, or its port is taken.
 */
export async function openLoopbackListener(wanted = 'http://127.0.0.1/callback'): Promise<LoopbackListener> {
  const url = readLoopback(wanted);
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => {
    if (answer) answer(request, response);
    else refuse(response, 404);
  });
  const host = url.hostname === '[::1]' ? '::1' : '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(invalid(`Nothing can listen at ${url.host}: ${cause.message}`, cause)));
    server.listen({ host, port: portOf(url, wanted) }, resolve);
  });
  url.port = String((server.address() as AddressInfo).port);
  let stop: ((reason: AuthError) => void) | undefined;
  const close = () => {
    answer = undefined;
    server.close();
    setTimeout(() => server.closeAllConnections(), FAREWELL_MS).unref();
    server.closeIdleConnections();
  };
  return {
    redirectUri: url.href,
    close,
    cancel: () =>
      stop?.(new AuthError('UserCancelled', 'The login was cancelled.', { code: 'a0.session.user_cancelled' })),
    receive: (state, timeoutMs) =>
      new Promise<string>((resolve, reject) => {
        const timer = setTimeout(() => stop?.(new TimeoutError(timeoutMs)), timeoutMs);
        const finish = () => {
          clearTimeout(timer);
          stop = undefined;
          close();
        };
        stop = (reason) => {
          finish();
          reject(reason);
        };
        answer = (request, response) => {
          // A name that leads here (DNS rebinding) is not ours.
          if (request.headers.host !== url.host) return refuse(response, 421);
          // Anything may be asked for here, `//:` and the like too, which is no URL.
          const callback = URL.canParse(request.url ?? '', url) ? new URL(request.url ?? '', url) : undefined;
          if (callback?.origin !== url.origin || callback.pathname !== url.pathname) return refuse(response, 404);
          if (request.method !== 'GET') return refuse(response, 405);
          const states = callback.searchParams.getAll('state');
          if (states.length !== 1 || states[0] !== state) return refuse(response, 400);
          showPage(response, callback.searchParams.has('error'));
          finish();
          resolve(callback.href);
        };
      }),
  };
}

function readLoopback(wanted: string): URL {
  const url = URL.canParse(wanted) ? new URL(wanted) : undefined;
  const isLoopback = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (!url || !isLoopback || url.search || url.hash || url.username || url.password)
    throw invalid(
      `In Node the redirectUrl must be one of this machine, like http://127.0.0.1/callback, not ${wanted}.`,
    );
  return url;
}

/** `URL` drops the port 80, which to a listener is not the same as none. */
const portOf = ({ port }: URL, wanted: string): number =>
  port === '' && /^[^/]*\/\/[^/]*:0*80(\/|$)/.test(wanted) ? 80 : Number(port);

const script = `history.replaceState(null, '', '/')`;
const styles =
  ':root{color-scheme:light dark}body{font:1.125rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1.5rem}h1{font-size:1.5rem;line-height:1.25}';
const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Tells no more than that: whether the login succeeds is decided where it began. The code leaves the address bar. */
function showPage(response: ServerResponse, isRefused: boolean): void {
  const title = isRefused ? 'The login was not completed' : 'Back to your application';
  const text = isRefused
    ? 'The application that you came from says why. You may close this page.'
    : 'The login goes on there. You may close this page.';
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src ${sha256(styles)}; script-src ${sha256(script)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  });
  response.end(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>${title}</title><style>${styles}</style><script>${script}</script></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`,
  );
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...headers, 'content-type': 'text/plain' }).end('Nothing here waits for this.\n');
}

const headers = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

const invalid = (message: string, cause?: unknown) =>
  new AuthError('InvalidConfiguration', message, { code: 'a0.invalid_configuration', cause });
