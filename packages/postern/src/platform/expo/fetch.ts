/** Statuses whose answers have no body, and may be given none. */
const withoutBody = new Set([204, 205, 304]);

/**
 * The `fetch` of the app, made alike. Expo's answers with a class of its own, which is no `Response` to those who ask for one,
 * and React Native's copies neither headers nor a read body as the standard has it. Cookies stay at home: what the tenant
 * remembers is the browser's business.
 */
export const plainFetch: typeof globalThis.fetch = async (input, init) => {
  const response = await globalThis.fetch(input, { credentials: 'omit', ...init, ...bodyOf(init) });
  const headers = new Headers();
  response.headers.forEach((value, name) => {
    headers.append(name, value);
  });
  const { status, statusText } = response;
  const body = withoutBody.has(status) ? null : await response.text();
  return new Response(body, { status, statusText, headers });
};

/** As text: not every `fetch` knows the URLSearchParams that a polyfill brought. */
function bodyOf(init: RequestInit | undefined): Pick<RequestInit, 'body' | 'headers'> {
  if (!(init?.body instanceof URLSearchParams)) return {};
  const headers = new Headers(init.headers);
  if (!headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8');
  return { body: String(init.body), headers };
}
