import { AuthError } from '../errors/auth-error.ts';

/**
 * Sets headers, the later ones over the earlier. Without what engines say of a value that no header can have: they repeat
 * it, and it may be a token.
 *
 * @throws AuthError `invalid_parameters`, with the header's name.
 */
export function toHeaders(...sources: readonly (Readonly<Record<string, string>> | undefined)[]): Headers {
  const headers = new Headers();
  for (const source of sources)
    for (const [name, value] of Object.entries(source ?? {})) setHeader(headers, name, value);
  return headers;
}

export function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch {
    throw new AuthError('InvalidParameters', `No header can have this value: ${name}.`, { code: 'invalid_parameters' });
  }
}
