import { useCallback, useContext } from 'react';
import { ApiContext, type ApiFetches } from './api-provider.tsx';

/** An answer of the API that is not a success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function readError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => ({}));
  const field = (name: string) =>
    body && typeof body === 'object' && name in body ? String(Reflect.get(body, name)) : undefined;
  return new ApiError(
    response.status,
    field('error') ?? 'unknown',
    field('message') ?? `The API answered ${response.status}.`,
  );
}

/** Calls one of the demo's APIs with a live access token. */
export function useApi(name: keyof ApiFetches = 'notes') {
  const send = useContext(ApiContext)[name];
  return useCallback(
    async <T>(path: string, init: RequestInit = {}): Promise<T> => {
      const headers = new Headers(init.headers);
      if (init.body) headers.set('Content-Type', 'application/json');
      const response = await send(new URL(`/api${path}`, window.location.origin), { ...init, headers });
      if (!response.ok) throw await readError(response);
      return (response.status === 204 ? undefined : await response.json()) as T;
    },
    [send],
  );
}
