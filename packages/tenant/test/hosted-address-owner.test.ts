import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from './support/browser.ts';
import { type DirectTest, startDirectTest } from './support/direct.ts';
import { callback, claimsOf, codeOf } from './support/protocol.ts';

/** One page asks for an address; whose it is decides whether the database or the passwordless connection sends the code. */

const password = 'Correct-Horse-42';
const client = { name: 'App', type: 'spa' as const, callbacks: [callback] };

let test: DirectTest;
beforeAll(async () => {
  test = await startDirectTest({
    clients: [
      { ...client, clientId: 'app' },
      { ...client, clientId: 'silent-app', connections: ['Silent', 'email', 'sms'] },
    ],
    mfa: { policy: 'enrolled' },
    connections: [
      { name: 'People', strategy: 'auth0', emailOtp: true, phoneOtp: true },
      { name: 'Silent', strategy: 'auth0' },
      { name: 'email', strategy: 'email' },
      { name: 'sms', strategy: 'sms' },
    ],
    users: [
      { id: 'auth0|ada', connection: 'People', email: 'Ada@example.com', password, phoneNumber: '+15550001234' },
      { id: 'auth0|new', connection: 'People', email: 'new@example.com', emailVerified: false, password },
      { id: 'auth0|out', connection: 'People', email: 'out@example.com', password, blocked: true },
      {
        id: 'auth0|mfa',
        connection: 'People',
        email: 'mfa@example.com',
        password,
        mfa: { totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
      },
      { id: 'auth0|silent', connection: 'Silent', email: 'silent@example.com', password },
    ],
  });
});
afterAll(() => test?.close());

const ada = 'ada@example.com';
const alertOf = ({ html }: Page) => /<p class="field-error"[^>]*>([\s\S]*?)<\/p>/.exec(html)?.[1];
const wrong = (code = '') => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
const codeTo = async (address: string) => (await test.newest(address)).code ?? '';
const messagesTo = async (to: string) => (await test.tenant.control.outbox.list({ to })).length;

/** From the login page as far as the page that takes the code. */
async function askFor(address: string, way = 'email', changes: Record<string, string | undefined> = {}) {
  const browser = test.browser();
  const login = await browser.open(
    test.authorizeUrl({ client_id: 'app', scope: 'openid email', audience: undefined, ...changes }),
  );
  const form =
    login.url.pathname === '/u/login'
      ? await browser.open(new URL(`/u/passwordless/${way}${login.url.search}`, login.url))
      : login;
  const page = await browser.submit(form, { address }, 'code');
  return { browser, login, page, enter: (code: string) => browser.submit(page, { code }, 'verify') };
}
async function subjectAt(page: Page, clientId = 'app') {
  const { body } = await test.redeem(codeOf(page), { client_id: clientId });
  return claimsOf(String(body.id_token));
}

describe('the code of the login page', () => {
  it.each([
    ['email', 'ADA@example.com', 'ADA@example.com'],
    ['sms', '+1 555 000 1234', '+15550001234'],
  ])('by %s logs in who has the address in the database; nobody else is made', async (way, typed, address) => {
    const { login, enter } = await askFor(typed, way);
    expect(login.html.match(/Continue with an email code/g)).toHaveLength(1);
    expect((await subjectAt(await enter(await codeTo(address)))).sub).toBe('auth0|ada');
    const users = await test.tenant.control.users.list({ search: typed });
    expect(users.filter(({ id }) => !id.startsWith('auth0|'))).toEqual([]);
  });

  it('verifies the address it came to', async () => {
    const { enter } = await askFor('new@example.com');
    expect(await subjectAt(await enter(await codeTo('new@example.com')))).toMatchObject({
      sub: 'auth0|new',
      email_verified: true,
    });
  });

  it.each([
    ['an address that nobody has', 'stranger@example.com', {}],
    ['an address of another database than the login’s', 'silent@example.com', {}],
    ['an app that named the connection', ada, { connection: 'email' }],
    ['a database that sends no codes', 'silent@example.com', { client_id: 'silent-app' }],
  ])('is that of the passwordless connection for %s', async (_name, address, changes) => {
    const { enter } = await askFor(address, 'email', changes);
    const page = await enter(await codeTo(address));
    expect((await subjectAt(page, 'client_id' in changes ? changes.client_id : 'app')).sub).toMatch(/^email\|/);
  });

  it('is of the database also for who has a user of the passwordless connection besides; a link is not', async () => {
    const { enter } = await askFor(ada);
    expect((await subjectAt(await enter(await codeTo(ada)))).sub).toBe('auth0|ada');
    const browser = test.browser();
    const login = await browser.open(test.authorizeUrl({ client_id: 'app', audience: undefined, scope: 'openid' }));
    const form = await browser.open(new URL(`/u/passwordless/email${login.url.search}`, login.url));
    await browser.submit(form, { address: ada }, 'link');
    const opened = await browser.open((await test.newest(ada)).link ?? '');
    expect((await subjectAt(await browser.submit(opened, {}, 'continue'))).sub).toMatch(/^email\|/);
  });

  it('known failure: looks the same whoever has the address, down to the wrong codes', async () => {
    const see = async (address: string) => {
      const { browser, page, enter } = await askFor(address);
      const pages = [page];
      for (let n = 0; n < 5; n++) pages.push(await enter(wrong(await codeTo(address))));
      pages.push(await browser.submit(page, {}, 'resend'));
      const plain = (html: string) =>
        html
          .replaceAll(address, 'ADDRESS')
          .replaceAll(/(name="(?:_csrf|state)" value=|state=|form=)"?[\w.%-]+/g, '$1')
          .replaceAll(/nonce-[\w+/=-]+/g, '');
      return pages.map(({ url, status, html }) => [url.pathname, [...url.searchParams.keys()], status, plain(html)]);
    };
    const seen = await see('mfa@example.com');
    expect(seen).toEqual(await see('nobody-here@example.com'));
    expect(seen.map(([, , status]) => status)).toEqual([200, 400, 400, 400, 400, 400, 200]);
    expect(await messagesTo('mfa@example.com')).toBe(await messagesTo('nobody-here@example.com'));
  });

  it('T32: dies by the third wrong one; a new one works, and ends the one before', async () => {
    const { browser, page, enter } = await askFor(ada);
    const first = await codeTo(ada);
    for (let n = 0; n < 3; n++) expect(alertOf(await enter(wrong(first)))).toContain('no longer works');
    expect((await enter(first)).status).toBe(400);
    const again = await browser.submit(page, {}, 'resend');
    const [second] = [await codeTo(ada)];
    await browser.submit(again, {}, 'resend');
    const third = await codeTo(ada);
    if (second !== third) expect((await enter(second)).status).toBe(400);
    expect((await subjectAt(await enter(third))).sub).toBe('auth0|ada');
  });

  it('T32: is for the login it was asked for in, and what finds it is not in the database', async () => {
    const one = await askFor(ada);
    const code = await codeTo(ada);
    const other = await askFor(ada);
    expect((await other.enter(wrong(await codeTo(ada)))).status).toBe(400);
    const taken = await other.enter(code);
    if (code !== (await codeTo(ada))) expect(taken.status).toBe(400);
    expect((await one.enter(code)).status).toBe(400);
    const { outbox: _outbox, ...tables } = await test.tenant.context.store.dump();
    expect(JSON.stringify(tables)).not.toContain(one.login.url.searchParams.get('state'));
  });

  it('passes the gate: who is blocked goes back to the app, who has a second factor owes it', async () => {
    const out = await askFor('out@example.com');
    const back = await out.enter(await codeTo('out@example.com'));
    expect(back.callback?.searchParams.get('error_description')).toBe('user is blocked');
    const owing = await askFor('mfa@example.com');
    expect((await owing.enter(await codeTo('mfa@example.com'))).url.pathname).toMatch(/^\/u\/mfa/);
  });
});
