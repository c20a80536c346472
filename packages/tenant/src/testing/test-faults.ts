import type { TenantControl } from '../control/control.ts';

const TOKEN = '/oauth/token';

interface Times {
  /** How many responses it strikes. Default 1. */
  readonly times?: number;
}

/** Trouble for the next responses. `path` is exact, or a prefix ending in `*`; default: `/oauth/token`. */
export interface TestFaults {
  /** The request is processed to the end, then the connection closes without an answer. */
  dropNext(path?: string, options?: Times): void;
  /** 429 with `Retry-After` in seconds (default 1). */
  rateLimitNext(path?: string, options?: Times & { readonly retryAfter?: number }): void;
  /** 503: the request is not processed. */
  failNext(path?: string, options?: Times & { readonly status?: number }): void;
  /** The answer takes so many milliseconds longer, of real time. */
  slowNext(path: string, ms: number, options?: Times): void;
  /** What has not struck yet. */
  readonly pending: number;
  clear(): void;
}

export function createTestFaults({ faults }: TenantControl): TestFaults {
  const respond = (path: string, status: number, error: string, headers: Record<string, string>, times: number) =>
    faults.add({
      kind: 'respond',
      path,
      status,
      body: JSON.stringify({ error, error_description: `The test asked for status ${status}.` }),
      headers: { 'Content-Type': 'application/json', ...headers },
      times,
    });
  return {
    dropNext: (path = TOKEN, { times = 1 } = {}) => faults.add({ kind: 'drop', path, times }),
    rateLimitNext: (path = TOKEN, { times = 1, retryAfter = 1 } = {}) =>
      respond(path, 429, 'too_many_requests', { 'Retry-After': String(retryAfter) }, times),
    failNext: (path = TOKEN, { times = 1, status = 503 } = {}) =>
      respond(path, status, 'temporarily_unavailable', {}, times),
    slowNext: (path, ms, { times = 1 } = {}) => faults.add({ kind: 'delay', path, ms, times }),
    get pending() {
      return faults.list().length;
    },
    clear: () => faults.clear(),
  };
}
