import type { Tenant } from '@postern/tenant';

/** What a person does who is signed in at the tenant, in their browser: opens the address, sends the code, answers. */
export async function answerDevice(tenant: Tenant, address: string, answer: 'allow' | 'cancel'): Promise<string> {
  const { cookies } = await tenant.control.sessionState({ user: 'user@example.com' });
  const jar = new Map(cookies.map(({ name, value }) => [name, value]));
  const visit = async (url: URL, body?: URLSearchParams): Promise<{ url: URL; html: string }> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, ...(body ? { origin: url.origin } : {}) };
    const response = await fetch(url, { redirect: 'manual', headers, ...(body ? { method: 'POST', body } : {}) });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    return location === null ? { url, html: await response.text() } : visit(new URL(location, url));
  };
  const send = ({ url, html }: { url: URL; html: string }, more: Record<string, string> = {}) => {
    const [, action = ''] = /<form[^>]* action="([^"]*)"/.exec(html) ?? [];
    const inputs = [...html.matchAll(/<input[^>]*>/g)].map(([tag]) => [
      /name="([^"]*)"/.exec(tag)?.[1] ?? '',
      /value="([^"]*)"/.exec(tag)?.[1] ?? '',
    ]);
    return visit(new URL(action, url), new URLSearchParams({ ...Object.fromEntries(inputs), ...more }));
  };
  const consent = await send(await visit(new URL(address)));
  return (await send(consent, { action: answer })).html;
}
