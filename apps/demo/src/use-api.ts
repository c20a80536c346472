import { useAuth0 } from 'postern';
import { useCallback } from 'react';

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

/** Calls the demo's own API with a live access token. */
export function useApi() {
  const { getCredentials } = useAuth0();
  return useCallback(
    async <T>(path: string, init: RequestInit = {}): Promise<T> => {
      const { accessToken, tokenType } = await getCredentials();
      const headers = new Headers(init.headers);
      headers.set('Authorization', `${tokenType} ${accessToken}`);
      if (init.body) headers.set('Content-Type', 'application/json');
      const response = await fetch(`/api${path}`, { ...init, headers });
      if (!response.ok) throw await readError(response);
      return (response.status === 204 ? undefined : await response.json()) as T;
    },
    [getCredentials],
  );
}
