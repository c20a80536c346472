import { AuthError, TimeoutError } from '../errors/auth-error.ts';
import type { Configuration } from '../options.ts';
import type { Platform } from '../platform/platform.ts';
import { responseError } from './response-error.ts';
import { toHeaders } from './to-headers.ts';

export interface HttpRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: BodyInit | null | undefined;
  readonly redirect?: RequestRedirect | undefined;
}

/** Sends a request in place of plain `fetch`: once or, with a better proof, twice. */
export type Sender = (url: string, init: RequestInit) => Promise<Response>;

/**
 * The one place that calls `fetch`. One exchange is the request, the headers and the whole body, all within `timeout`: a
 * server that sends headers and then stalls is a timeout too. Resolves with 2xx answers only.
 *
 * @throws AuthError `timeout`, `network_error`, or what the server's answer says.
 */
export class HttpClient {
  readonly #platform: Pick<Platform, 'fetch' | 'clock'>;
  readonly #configuration: Pick<Configuration, 'timeoutMs' | 'headers'>;

  constructor(
    platform: Pick<Platform, 'fetch' | 'clock'>,
    configuration: Pick<Configuration, 'timeoutMs' | 'headers'>,
  ) {
    this.#platform = platform;
    this.#configuration = configuration;
  }

  send = async (url: string, request: HttpRequest, sender?: Sender): Promise<Response> => {
    const { clock } = this.#platform;
    const fetch = sender ?? this.#platform.fetch;
    const { timeoutMs } = this.#configuration;
    const headers = toHeaders(this.#configuration.headers, request.headers);
    const abort = new AbortController();
    let timer: unknown;
    const expired = new Promise<never>((_, reject) => {
      timer = clock.setTimeout(() => {
        reject(new TimeoutError(timeoutMs));
        abort.abort();
      }, timeoutMs);
    });
    const exchange = async () => {
      const response = await fetch(url, {
        ...(request as RequestInit),
        headers,
        signal: abort.signal,
      });
      return { response, text: await response.text() };
    };
    try {
      const { response, text } = await Promise.race([exchange(), expired]);
      if (!response.ok) throw responseError(response, text);
      // A new Response: some platforms' own is not the one that oauth4webapi knows, and this body is already here.
      const { status } = response;
      return new Response(status === 204 || status === 205 ? null : text, { status, headers: response.headers });
    } catch (cause) {
      if (cause instanceof AuthError) throw cause;
      throw new AuthError('NetworkError', (cause as Error)?.message || 'The network request failed.', {
        code: 'network_error',
        cause,
      });
    } finally {
      clock.clearTimeout(timer);
    }
  };
}
