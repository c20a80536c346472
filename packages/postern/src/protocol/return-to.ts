/**
 * The path to go back to after a login, if it is one: same origin, absolute, without tricks (RFC 9700 section 4.11.1).
 * Full URLs, `//host`, backslashes and control characters are refused, so that a link to your login page cannot send a
 * freshly signed-in person elsewhere.
 *
 * @returns the path as given, or undefined.
 * @example
 * const onRedirectCallback = (appState?: { returnTo?: unknown }) => router.replace(safeReturnTo(appState?.returnTo) ?? '/');
 */
export function safeReturnTo(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value)) return undefined;
  // URL parsers drop tabs and newlines and take `\` for `/`: what follows must not become a second slash.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is being refused.
  if (/[\\\u0000-\u001f\u007f]/.test(value)) return undefined;
  return new URL(value, 'https://postern.invalid').host === 'postern.invalid' ? value : undefined;
}
