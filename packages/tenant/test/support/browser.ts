/** A browser as far as a login needs one: keeps cookies, follows redirects, fills in forms by reading the page. */
export interface Browser {
  /** Cookies by name, as the tenant would receive them. */
  readonly cookies: Map<string, string>;
  /** Every `Set-Cookie` header seen, in order. */
  readonly setCookies: string[];
  /** One request with the cookies; redirects are not followed. */
  request(url: string | URL, init?: RequestInit): Promise<Response>;
  /** Follows redirects as long as they stay at the tenant. */
  open(url: string | URL, init?: RequestInit): Promise<Page>;
  /** Sends the page's form with what it holds, changed by `fields`; `button` picks a submit button by its value. */
  submit(page: Page, fields?: Record<string, string>, button?: string): Promise<Page>;
  /** Opens an authorize URL, signs in on the login page if it is shown, and answers with where it ends. */
  logIn(authorizeUrl: string | URL, who?: Credentials): Promise<Page>;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Where the browser came to: a page of the tenant, or a redirect that leaves it. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Set when the next step leaves the tenant: the application's callback. */
  readonly callback: URL | undefined;
}

export const sampleUser: Credentials = { username: 'user@example.com', password: 'Correct-Horse-42' };

export function createBrowser(issuer: string, send: typeof fetch = fetch): Browser {
  const origin = new URL(issuer).origin;
  const cookies = new Map<string, string>();
  const setCookies: string[] = [];

  const request: Browser['request'] = async (url, init = {}) => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await send(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      setCookies.push(cookie);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '' || /;\s*max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };

  const visit = (url: URL, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('sec-fetch-dest', 'document');
    return request(url, { ...init, headers });
  };

  const open: Browser['open'] = async (start, init) => {
    let url = new URL(start);
    let response = await visit(url, init);
    for (let hops = 0; hops < 20; hops++) {
      const location = response.headers.get('location');
      if (location === null) {
        const { status, headers } = response;
        return { url, status, headers, html: await response.text(), callback: undefined };
      }
      const next = new URL(location, url);
      if (next.origin !== origin) {
        return { url, status: response.status, headers: response.headers, html: '', callback: next };
      }
      if (response.status === 307 || response.status === 308) throw new Error(`${url.pathname} repeats a POST.`);
      url = next;
      response = await visit(url);
    }
    throw new Error(`The tenant redirects in circles at ${url.pathname}.`);
  };

  const submit: Browser['submit'] = async (page, fields = {}, button) => {
    const form = readForm(page.html, button);
    const action = new URL(form.action, page.url);
    const body = new URLSearchParams({ ...form.fields, ...fields });
    return open(action, { method: form.method, body, headers: { origin: action.origin } });
  };

  const logIn: Browser['logIn'] = async (authorizeUrl, who = sampleUser) => {
    const page = await open(authorizeUrl);
    return page.url.pathname === '/u/login' ? submit(page, { ...who }) : page;
  };

  return { cookies, setCookies, request, open, submit, logIn };
}

/** The first form that has the button, or the first one. */
export function readForm(html: string, button?: string) {
  const forms = [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = '', content = '']) => ({
    attributes: readAttributes(attributes),
    inputs: [...content.matchAll(/<input\b([^>]*?)\/?>/g)].map(([, text = '']) => readAttributes(text)),
    buttons: [...content.matchAll(/<button\b([^>]*)>/g)].map(([, text = '']) => readAttributes(text)),
  }));
  const form = forms.find(({ buttons }) => button === undefined || buttons.some(({ value }) => value === button));
  if (form === undefined)
    throw new Error(`The page has no form${button === undefined ? '' : ` with a "${button}" button`}.`);
  const fields: Record<string, string> = {};
  for (const { name, value = '', type, checked } of form.inputs) {
    if (name === undefined || (type === 'checkbox' && checked === undefined)) continue;
    fields[name] = value;
  }
  const pressed = form.buttons.find(
    ({ value, name }) => button !== undefined && value === button && name !== undefined,
  );
  if (pressed?.name !== undefined && button !== undefined) fields[pressed.name] = button;
  return { action: form.attributes.action ?? '', method: (form.attributes.method ?? 'get').toUpperCase(), fields };
}

function readAttributes(text: string): Record<string, string | undefined> {
  const attributes: Record<string, string | undefined> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g))
    attributes[name] = unescapeHtml(value);
  return attributes;
}

function unescapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };
  return text.replace(/&([a-z]+|#\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
