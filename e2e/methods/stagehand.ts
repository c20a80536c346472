import type { Tenant } from '@postern/tenant';

/** Asks the control API over HTTP, for a case that may run where only HTTP reaches. */
export async function answerControl<T>(tenant: Tenant, issuer: string, path: string, body?: object): Promise<T> {
  const response = await fetch(new URL(`/__tenant/api${path}`, issuer), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${tenant.control.secret}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The control API answered ${path} with ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Follows an authorization URL with the cookies of somebody who is signed in, to the app's callback. */
export async function visitAs(tenant: Tenant, start: string, user: string): Promise<string> {
  const { cookies } = await tenant.control.sessionState({ user });
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  let url = new URL(start);
  const { origin } = url;
  while (url.origin === origin) {
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${url.pathname} shows a page (${response.status}) instead of going on.`);
    url = new URL(location, url);
  }
  return url.href;
}
