import { type HtmlForm, type HtmlPage, readPage } from './html-page.ts';

/** Where a browser came to: a page, or the app's callback. */
export interface ShownPage extends HtmlPage {
  readonly url: URL;
  readonly status: number;
  /** Set when the login is over: the redirect URI with its parameters. */
  readonly callback?: string;
}

/** As much of a browser as a login needs: cookies, redirects, forms. */
export interface Browser {
  /** Goes to a page, through redirects, until one is shown or `redirectUri` is reached. */
  open(url: URL, redirectUri: string, form?: { readonly method: string; readonly body: string }): Promise<ShownPage>;
  /** Sends a form as it is, changed by `fields`. */
  submit(
    page: ShownPage,
    form: HtmlForm,
    fields: Readonly<Record<string, string>>,
    redirectUri: string,
  ): Promise<ShownPage>;
  clearCookies(): void;
}

const MOST_REDIRECTS = 20;

export function createBrowser(send: typeof fetch): Browser {
  /** By host: a login's pages may belong to more than one. */
  const jar = new Map<string, Map<string, string>>();

  const request = async (url: URL, form: { method: string; body: string } | undefined) => {
    const cookies = jar.get(url.hostname) ?? new Map<string, string>();
    jar.set(url.hostname, cookies);
    const headers: Record<string, string> = { 'sec-fetch-dest': 'document', accept: 'text/html' };
    if (cookies.size > 0) headers.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (form) Object.assign(headers, { origin: url.origin, 'content-type': 'application/x-www-form-urlencoded' });
    const response = await send(url.href, { ...form, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '' || /;\s*max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };

  const open: Browser['open'] = async (start, redirectUri, form) => {
    let url = start;
    let response = await request(url, form);
    for (let redirects = 0; redirects < MOST_REDIRECTS; redirects++) {
      const location = response.headers.get('location');
      if (location === null) return { ...readPage(await response.text()), url, status: response.status };
      await response.body?.cancel();
      url = new URL(location, url);
      if (isCallback(url, redirectUri)) return { ...readPage(''), url, status: 200, callback: url.href };
      if (!/^https?:$/.test(url.protocol))
        throw new Error(
          `The login leads to ${url.protocol}//${url.host}${url.pathname}, not to the redirect URI ${redirectUri}.`,
        );
      response = await request(url, undefined);
    }
    throw new Error(`The login redirects in circles at ${url.pathname}.`);
  };

  return {
    open,
    submit(page, form, fields, redirectUri) {
      const url = new URL(form.action, page.url);
      const body = new URLSearchParams({ ...form.fields, ...fields }).toString();
      if (form.method === 'POST') return open(url, redirectUri, { method: 'POST', body });
      url.search = body;
      return open(url, redirectUri);
    },
    clearCookies: () => jar.clear(),
  };
}

/** The redirect URI with whatever was added to it. */
function isCallback(url: URL, redirectUri: string): boolean {
  const wanted = new URL(redirectUri);
  return url.protocol === wanted.protocol && url.host === wanted.host && url.pathname === wanted.pathname;
}
