import { sendOverHttp } from './http.js';

/** A person at the login page, who sees it as text. */
interface Page {
  readonly url: string;
  readonly body: string;
}

const decode = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const attribute = (tag: string, name: string) => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : decode(found);
};

/** The form that has `field`: where it goes, and what it carries unseen. */
function findForm(html: string, field: string) {
  const form = [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)]
    .map(([text]) => text)
    .find((text) => text.includes(`name="${field}"`));
  if (!form) throw new Error(`The page has no form with ${field}.`);
  const hidden = [...form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(
    ([tag]) => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? ''] as const,
  );
  return { action: attribute(form.slice(0, form.indexOf('>')), 'action') ?? '', hidden };
}

/** The browser of a device, with its cookies, as far as redirects and one form need it. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** Follows redirects to a page, or to the first URL that is none of http's. */
  async open(url: string, post?: URLSearchParams): Promise<Page> {
    let [current, body] = [url, post];
    for (let hop = 0; hop < 10; hop += 1) {
      if (!/^https?:/.test(current)) return { url: current, body: '' };
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await sendOverHttp(current, {
        method: body ? 'POST' : 'GET',
        headers: {
          ...(cookie && { cookie }),
          ...(body && { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(current).origin }),
        },
        ...(body && { body: body.toString() }),
      });
      for (const line of answer.cookies) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
        this.#cookies.set(name, value);
      }
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status > 399 || !location) return { url: current, body: answer.body };
      [current, body] = [/^[a-z][\w+.-]*:/i.test(location) ? location : new URL(location, current).href, undefined];
    }
    throw new Error('Too many redirects.');
  }

  /** Signs in on the login page at `url`, and returns the URL that the app is opened with. */
  async signIn(url: string, username: string, password: string): Promise<string> {
    const page = await this.open(url);
    if (!/^https?:/.test(page.url)) return page.url;
    const { action, hidden } = findForm(page.body, 'password');
    const form = new URLSearchParams();
    for (const [name, value] of hidden) form.append(name, value);
    const field = /name="(username|email)"/.exec(page.body)?.[1] ?? 'username';
    form.append(field, username);
    form.append('password', password);
    return (await this.open(action ? new URL(action, page.url).href : page.url, form)).url;
  }
}
