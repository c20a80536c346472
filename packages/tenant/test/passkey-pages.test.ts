import { beforeAll, describe, expect, it } from 'vitest';
import { createSoftAuthenticator } from './support/authenticator.ts';
import { readForm } from './support/browser.ts';
import {
  challenge,
  expectRefused,
  logIn,
  nextEmail,
  origin,
  requestOf,
  signUp,
  test,
  totpSecret,
  usePasskeyTenant,
} from './support/passkey-stage.ts';
import { claimsOf } from './support/protocol.ts';

usePasskeyTenant();

describe('on the hosted pages', () => {
  beforeAll(async () => {
    await signUp({ user_profile: { email: 'taken@example.com' } });
  });

  const enter = async (connection = 'Keys', page = 'login') => {
    const browser = test.browser();
    const query = { client_id: 'app', connection, ...(page === 'signup' ? { screen_hint: 'signup' } : {}) };
    const opened = await browser.open(test.authorizeUrl(query));
    const { fields } = readForm(opened.html.slice(opened.html.indexOf('data-passkey') - 200));
    const post = async (path: string, more: Record<string, string> = {}) => {
      const body = new URLSearchParams({ ...fields, ...more });
      const headers = { origin: new URL(test.issuer).origin };
      return browser.request(new URL(`/u/passkey/${path}`, test.issuer), { method: 'POST', body, headers });
    };
    const ask = async (path: string, more?: Record<string, string>) => {
      const answer = await post(path, more);
      return { status: answer.status, body: (await answer.json()) as Record<string, string> & { options: never } };
    };
    const send = async (path: string, authSession: string | undefined, response: object) => {
      const answer = await post(path, { auth_session: authSession ?? '', authn_response: JSON.stringify(response) });
      expect(answer.status).toBe(303);
      return browser.open(new URL(answer.headers.get('location') ?? '', test.issuer));
    };
    return { browser, opened, ask, send };
  };

  it('signs up and in, and the app gets a code', async () => {
    const email = nextEmail();
    const soft = createSoftAuthenticator(origin);
    const first = await enter('Keys', 'signup');
    const created = await first.ask('new', { email });
    const done = await first.send('signup', created.body.auth_session, soft.create(created.body.options));
    expect(done.callback?.searchParams.get('code')).toEqual(expect.any(String));
    const [user] = await test.tenant.context.store.users.findByEmail(email);

    const second = await enter();
    const asked = await second.ask('challenge');
    const page = await second.send('login', asked.body.auth_session, soft.get(asked.body.options));
    const code = page.callback?.searchParams.get('code') ?? '';
    const tokens = await test.redeem(code, { client_id: 'app' });
    expect(claimsOf(String(tokens.body.id_token)).sub).toBe(user?.id);
  });

  it('T21: the button is hidden until a script finds it useful; the script may connect to the tenant alone', async () => {
    const { opened } = await enter();
    expect(opened.html).toMatch(/<form[^>]*data-passkey="\/u\/passkey\/challenge"[^>]*hidden/);
    expect(opened.html).toMatch(/<script src="\/u\/assets\/passkey\.[0-9a-f]+\.js" defer/);
    const policy = opened.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("script-src 'self'");
    const plain = await test.browser().open(test.authorizeUrl({ client_id: 'app', connection: 'Staff' }));
    expect(plain.html).not.toContain('passkey');
    expect(plain.headers.get('content-security-policy')).not.toContain('connect-src');
  });

  it.each([
    ['an address that is none', 'Keys', { email: 'x' }, 'email'],
    ['a missing username', 'Named', { email: 'x@example.com', username: '' }, 'username'],
    ['an address that is taken', 'Keys', { email: 'taken@example.com' }, undefined],
    ['a database where nobody signs up', 'Shut', { email: 'x@example.com' }, undefined],
  ])('asks for no passkey for %s', async (_name, connection, fields, field) => {
    const { ask } = await enter(connection);
    const answer = await ask('new', fields);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ text: expect.any(String), ...(field === undefined ? {} : { field }) });
  });

  it('asks for none where the database has none', async () => {
    const browser = test.browser();
    const opened = await browser.open(test.authorizeUrl({ client_id: 'app', connection: 'Staff' }));
    const { fields } = readForm(opened.html);
    for (const path of ['challenge', 'new', 'login', 'signup']) {
      const answer = await browser.request(new URL(`/u/passkey/${path}`, test.issuer), {
        method: 'POST',
        body: new URLSearchParams({ ...fields, email: 'x@example.com' }),
        headers: { origin },
      });
      expect(answer.status).toBe(404);
    }
  });

  it('T33: sends back who brings a wrong passkey, one of another login, or none', async () => {
    const { authenticator } = await signUp();
    const [one, other] = [await enter(), await enter()];
    const asked = await one.ask('challenge');
    const stolen = await other.send('login', asked.body.auth_session, authenticator.get(asked.body.options));
    expect(stolen.url.pathname).toBe('/u/login');
    expect(stolen.html).toContain('The passkey could not be used.');
    const again = await one.ask('challenge');
    const forged = authenticator.get(again.body.options, { forged: true });
    expect((await one.send('login', again.body.auth_session, forged)).url.pathname).toBe('/u/login');
    const third = await one.ask('challenge');
    expect((await one.send('login', third.body.auth_session, {})).html).toContain('The passkey could not be used.');
    const direct = await challenge();
    const elsewhere = authenticator.get(requestOf(direct));
    expect((await one.send('login', String(direct.body.auth_session), elsewhere)).url.pathname).toBe('/u/login');
  });

  it('T21: refuses forms without a CSRF token', async () => {
    const { browser, opened } = await enter();
    const body = new URLSearchParams({ state: opened.url.searchParams.get('state') ?? '' });
    for (const path of ['challenge', 'new', 'login', 'signup']) {
      const answer = await browser.request(new URL(`/u/passkey/${path}`, test.issuer), { method: 'POST', body });
      expect(answer.status).toBe(403);
    }
  });

  it('owes a second factor who has one', async () => {
    const { authenticator, sub } = await signUp();
    await test.tenant.context.store.authenticators.insert([
      { id: 'totp|y', userId: sub, factor: 'otp', groupId: 'y', confirmed: true, secret: totpSecret, createdAt: 0 },
    ]);
    const login = await enter();
    const asked = await login.ask('challenge');
    const page = await login.send('login', asked.body.auth_session, authenticator.get(asked.body.options));
    expect(page.url.pathname).toMatch(/^\/u\/mfa/);
  });
});

describe('control API and dashboard', () => {
  it('list passkeys and remove them', async () => {
    const { sub, authenticator } = await signUp();
    const listed = await test.control(`/passkeys/${encodeURIComponent(sub)}`);
    const passkeys = (await listed.json()) as { id: string; credentialId: string }[];
    expect(passkeys).toMatchObject([{ credentialId: authenticator.credentials[0]?.id, deviceType: 'multi_device' }]);
    const path = `/passkeys/${encodeURIComponent(sub)}/${encodeURIComponent(passkeys[0]?.id ?? '')}`;
    expect((await test.control(path, { method: 'DELETE' })).status).toBe(204);
    expect((await test.control(path, { method: 'DELETE' })).status).toBe(404);
    expect((await test.control('/passkeys/nobody')).status).toBe(404);
    expectRefused(await logIn({ authenticator }));
    const other = await signUp();
    const [theirs] = await test.tenant.context.store.passkeys.list(other.sub);
    const wrong = `/passkeys/${encodeURIComponent(sub)}/${encodeURIComponent(theirs?.id ?? '')}`;
    expect((await test.control(wrong, { method: 'DELETE' })).status).toBe(404);
    expect((await logIn(other)).status).toBe(200);
  });

  it('Users shows who has one, and takes them away', async () => {
    const email = nextEmail();
    const { sub } = await signUp({ user_profile: { email } });
    const browser = test.browser();
    await browser.open(new URL(`/__tenant?secret=${test.tenant.context.controlSecret}`, test.issuer));
    const page = await browser.open(new URL(`/__tenant/users?search=${email}`, test.issuer));
    expect(page.html).toContain('Passkey (backed up)');
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const body = new URLSearchParams({ csrf, id: sub });
    const done = await browser.open(new URL('/__tenant/users/remove-passkeys', test.issuer), { method: 'POST', body });
    expect(done.html).toContain('has no passkey any more');
    expect(await test.tenant.context.store.passkeys.list(sub)).toEqual([]);
  });

  it('deleting a user deletes their passkeys', async () => {
    const { sub } = await signUp();
    await test.tenant.control.users.delete(sub);
    expect(await test.tenant.context.store.passkeys.list(sub)).toEqual([]);
  });
});
