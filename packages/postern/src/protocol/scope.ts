/** Scopes are sets written as text (RFC 6749 section 3.3). */
const scopeSet = (scope: string | undefined): Set<string> => new Set(scope?.split(/\s+/).filter(Boolean));

export const joinScopes = (...scopes: (string | undefined)[]): string => [...scopeSet(scopes.join(' '))].join(' ');

/** Whether every scope of `asked` is among `granted`. */
export function includesScopes(granted: string | undefined, asked: string | undefined): boolean {
  const have = scopeSet(granted);
  return [...scopeSet(asked)].every((scope) => have.has(scope));
}
