import type { Worker } from 'node:worker_threads';
import { createTestTenant as createLocally, type TestTenant, testPassword } from '@postern/tenant/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createRemoteTenant } from '../src/testing/remote-tenant.ts';
import { createBrowser } from './support/browser.ts';

/** The same on a thread of its own, which is what tests in jsdom and happy-dom have. */
describe.each([
  ['in this process', createLocally],
  ['on a thread', createRemoteTenant],
])('%s', (_where, createTestTenant) => {
  const open: TestTenant[] = [];
  const start = async (...args: Parameters<typeof createLocally>) => {
    const tenant = await createTestTenant(...args);
    open.push(tenant);
    return tenant;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((tenant) => tenant.close()));
  });

  const token = (tenant: TestTenant, body: Record<string, string>) =>
    fetch(`${tenant.origin}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: tenant.clientId, ...body }),
    });
  const logIn = (tenant: TestTenant, username: string, password = testPassword) =>
    token(tenant, {
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      realm: tenant.connection,
      username,
      password,
      scope: 'openid email',
    });
  const sendCode = (tenant: TestTenant, email: string, send = 'code') =>
    fetch(`${tenant.origin}/passwordless/start`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: tenant.clientId, connection: 'email', email, send }),
    });

  describe('createTestTenant', () => {
    it('answers on this machine alone, on a port of its own, and ends with its scope', async () => {
      let origin = '';
      {
        await using tenant = await createTestTenant();
        ({ origin } = tenant);
        expect(origin).toMatch(/^http:\/\/localhost:\d+$/);
        expect(tenant.issuer).toBe(`${origin}/`);
        expect((await fetch(`${origin}/.well-known/openid-configuration`)).status).toBe(200);
      }
      await expect(fetch(origin)).rejects.toThrow();
    });

    it('two tenants side by side share neither people, tokens, time nor faults', async () => {
      const [one, two] = await Promise.all([start(), start()]);
      const ann = await one.users.create();
      expect((await logIn(one, ann.email)).status).toBe(200);
      expect((await logIn(two, ann.email)).status).toBe(403);
      const { access_token } = await one.signIn(ann);
      const userinfo = (tenant: TestTenant) =>
        fetch(`${tenant.origin}/userinfo`, { headers: { Authorization: `Bearer ${access_token}` } });
      expect((await userinfo(one)).status).toBe(200);
      expect((await userinfo(two)).status).toBe(401);
      one.clock.advance(1_000_000);
      expect(Math.abs(two.clock.now() - Date.now())).toBeLessThan(10_000);
      one.faults.failNext('/userinfo');
      expect(two.faults.pending).toBe(0);
      await one.rotateKeys();
      const kids = async (tenant: TestTenant) => {
        const { keys } = (await (await fetch(`${tenant.origin}/.well-known/jwks.json`)).json()) as {
          keys: { kid: string }[];
        };
        return keys.map(({ kid }) => kid);
      };
      expect(await kids(one)).toHaveLength(3);
      expect(await kids(two)).toHaveLength(2);
    });

    it('turns further ways in on for its database: passkeys, and codes by e-mail and phone', async () => {
      const plain = await start();
      const open = await start({ database: { passkeys: true, emailOtp: true, phoneOtp: true } });
      const post = async (tenant: TestTenant, path: string, body: object) => {
        const response = await fetch(`${tenant.origin}${path}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ client_id: tenant.clientId, ...body }),
        });
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
      };
      expect((await post(plain, '/passkey/challenge', {})).status).toBe(404);
      expect((await post(open, '/passkey/challenge', { realm: open.connection })).status).toBe(200);
      const ann = await open.users.create({ phoneNumber: '+15550123' });
      for (const [address, to] of [
        [{ email: ann.email }, ann.email],
        [{ phone_number: '+15550123' }, '+15550123'],
      ] as const) {
        const asked = { connection: open.connection, ...address };
        expect((await post(plain, '/otp/challenge', asked)).body.error).toBe('invalid_connection');
        const { auth_session } = (await post(open, '/otp/challenge', asked)).body;
        const tokens = await post(open, '/oauth/token', {
          grant_type: 'http://auth0.com/oauth/grant-type/passwordless/otp',
          auth_session,
          otp: await open.outbox.waitForCode(to),
        });
        expect(tokens.status).toBe(200);
      }
    });

    it('hashes as the name says, and no other tenant does', async () => {
      const tenant = await start();
      await tenant.users.create();
      const { tables } = await tenant.control.exportData();
      expect(JSON.stringify(tables)).toContain('$argon2id$v=19$m=8,t=1,p=1$');
    });

    it('takes the configuration of the app, and refuses a wrong one', async () => {
      const tenant = await start({
        clientId: 'shop',
        audience: 'https://shop.test',
        scopes: ['buy'],
        config: { defaultAudience: 'https://shop.test' },
      });
      const { id } = await tenant.users.create();
      expect((await tenant.signIn(id, { scope: 'openid buy sell' })).scope?.split(' ').sort()).toEqual([
        'buy',
        'openid',
      ]);
      await expect(createTestTenant({ config: { defaultAudience: 'https://nowhere.test' } })).rejects.toThrow(
        /defaultAudience/,
      );
    });
  });

  describe('people', () => {
    it('have all they need without a word, each their own', async () => {
      const tenant = await start();
      const [ann, bob] = [await tenant.users.create({ name: 'Ann' }), await tenant.users.create()];
      expect(ann.email).not.toBe(bob.email);
      expect(ann.profile.name).toBe('Ann');
      expect((await logIn(tenant, ann.email)).status).toBe(200);
      expect((await logIn(tenant, ann.email, 'wrong')).status).toBe(403);
      await expect(tenant.users.create({ email: ann.email })).rejects.toMatchObject({ code: 'conflict' });
    });

    it('mfa: true sets up an app and a recovery code, whose codes the tenant tells', async () => {
      const tenant = await start();
      const kim = await tenant.users.create({ mfa: true });
      expect(((await (await logIn(tenant, kim.email)).json()) as { error: string }).error).toBe('mfa_required');
      const codes = tenant.codesFor(kim);
      expect(await codes({ kind: 'otp' })).toMatch(/^\d{6}$/);
      expect(await codes({ kind: 'recovery-code' })).toBe(kim.recoveryCode);
      await expect(codes({ kind: 'sms' })).rejects.toThrow(`${kim.email} has no phone number`);
      const plain = await tenant.users.create();
      await expect(tenant.codesFor(plain)({ kind: 'recovery-code' })).rejects.toThrow('mfa: true');
    });

    it('of the options are there at the start, and again after a reset; others are not', async () => {
      const tenant = await start({ users: [{ email: 'ann@example.com' }, {}] });
      const before = tenant.people.map(({ email }) => email);
      const late = await tenant.users.create();
      await tenant.reset();
      expect(tenant.people.map(({ email }) => email)).toEqual(before);
      expect((await logIn(tenant, 'ann@example.com')).status).toBe(200);
      expect((await logIn(tenant, late.email)).status).toBe(403);
    });

    it('are signed in without pages: in a browser by its cookies', async () => {
      const tenant = await start();
      const ann = await tenant.users.create();
      const { cookies } = await tenant.storageState(ann);
      const browser = createBrowser(tenant.issuer);
      for (const { name, value } of cookies) browser.cookies.set(name, value);
      const query = new URLSearchParams({
        client_id: tenant.clientId,
        response_type: 'code',
        redirect_uri: 'http://localhost/cb',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
        prompt: 'none',
        scope: 'openid',
      });
      const page = await browser.open(`${tenant.origin}/authorize?${query}`);
      expect(page.callback?.searchParams.get('code')).toBeTruthy();
    });

    it('are signed in by those cookies until a reset, a block or the end of the session', async () => {
      const tenant = await start({ users: [{ email: 'ann@example.com' }] });
      const state = await tenant.storageState('ann@example.com', { mfa: true });
      expect(await tenant.isSignedIn(state)).toBe(true);
      expect(await tenant.isSignedIn({ cookies: [] })).toBe(false);
      expect(await tenant.isSignedIn({ cookies: [{ name: state.cookies[0]?.name ?? '', value: 'forged' }] })).toBe(
        false,
      );
      const [ann] = tenant.people;
      await tenant.users.block(ann?.id ?? '');
      expect(await tenant.isSignedIn(state)).toBe(false);
      await tenant.users.unblock(ann?.id ?? '');
      const later = await tenant.storageState('ann@example.com');
      tenant.clock.advance(365 * 86_400);
      expect(await tenant.isSignedIn(later)).toBe(false);
      const last = await tenant.storageState('ann@example.com');
      await tenant.reset();
      expect(await tenant.isSignedIn(last)).toBe(false);
    });
  });

  describe('clients and APIs made while it runs', () => {
    it('work at once', async () => {
      const tenant = await start();
      const ann = await tenant.users.create();
      const { clientId } = tenant.clients.create({ clientId: 'partner', name: 'Partner', type: 'spa' });
      const { identifier: audience } = tenant.apis.create({ identifier: 'https://files.test', scopes: ['read:files'] });
      const { scope } = await tenant.signIn(ann, { clientId, audience, scope: 'openid read:files' });
      expect(scope).toContain('read:files');
    });

    it.each([
      [
        'a client that is there',
        (tenant: TestTenant) => tenant.clients.create({ clientId: 'test-app', name: 'x', type: 'spa' }),
        'conflict',
      ],
      [
        'an API that is there',
        (tenant: TestTenant) => tenant.apis.create({ identifier: 'https://api.test' }),
        'conflict',
      ],
      [
        'a client without a name',
        (tenant: TestTenant) => tenant.clients.create({ clientId: 'x', name: '', type: 'spa' }),
        'invalid_request',
      ],
      [
        'a client of a connection that is not there',
        (tenant: TestTenant) =>
          tenant.clients.create({ clientId: 'x', name: 'x', type: 'spa', connections: ['nowhere'] }),
        'invalid_request',
      ],
    ])('refuses %s', async (_, create, code) => {
      const tenant = await start();
      expect(() => create(tenant)).toThrow(expect.objectContaining({ code }));
      expect(tenant.control.secret).toBeTruthy();
    });
  });

  describe('time', () => {
    it('stops, goes on and comes back, and tells who asked', async () => {
      const tenant = await start({ now: new Date('2030-01-01T00:00:00Z') });
      expect(tenant.clock.stopped).toBe(true);
      tenant.clock.advance(90);
      expect(new Date(tenant.clock.now()).toISOString()).toBe('2030-01-01T00:01:30.000Z');
      tenant.clock.resume();
      expect(tenant.clock.stopped).toBe(false);
      tenant.clock.reset();
      expect(Math.abs(tenant.clock.now() - Date.now())).toBeLessThan(10_000);
      expect(tenant.control.clock.get().stopped).toBe(false);
    });

    it('is one, whichever way it is changed', async () => {
      const tenant = await start();
      const { now } = tenant.control.clock.set(Date.parse('2031-02-03T00:00:00Z'));
      expect([tenant.clock.now(), tenant.clock.stopped]).toEqual([now, true]);
      tenant.control.clock.advance(5000);
      expect(tenant.clock.now()).toBe(now + 5000);
      await tenant.control.reset();
      expect(Math.abs(tenant.clock.now() - Date.now())).toBeLessThan(10_000);
    });
  });

  describe('faults', () => {
    it('drop, 429, 503 and slow answers strike so often and no more', async () => {
      const tenant = await start();
      const ann = await tenant.users.create();
      tenant.faults.dropNext();
      await expect(logIn(tenant, ann.email)).rejects.toThrow();
      tenant.faults.rateLimitNext('/oauth/token', { retryAfter: 7 });
      const limited = await logIn(tenant, ann.email);
      expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
      tenant.faults.failNext('/oauth/*', { times: 2 });
      expect([(await logIn(tenant, ann.email)).status, (await logIn(tenant, ann.email)).status]).toEqual([503, 503]);
      tenant.faults.slowNext('/oauth/token', 60);
      const began = performance.now();
      expect((await logIn(tenant, ann.email)).status).toBe(200);
      expect(performance.now() - began).toBeGreaterThanOrEqual(59);
      tenant.faults.failNext();
      expect(tenant.faults.pending).toBe(1);
      tenant.faults.clear();
      expect((await logIn(tenant, ann.email)).status).toBe(200);
    });
  });

  describe('the outbox', () => {
    it('begins anew with a reset', async () => {
      const tenant = await start();
      for (let sent = 0; sent < 2; sent++) {
        await sendCode(tenant, 'ann@example.com');
        await tenant.outbox.waitForCode('ann@example.com');
      }
      await tenant.reset();
      expect(await tenant.outbox.list()).toEqual([]);
      await sendCode(tenant, 'ann@example.com');
      const [message] = await tenant.outbox.list('ann@example.com');
      expect(await tenant.outbox.waitForCode('ann@example.com', { timeoutMs: 500 })).toBe(message?.code);
    });

    it('each wait takes the next code or link', async () => {
      const tenant = await start();
      await sendCode(tenant, 'ann@example.com');
      const first = await tenant.outbox.waitForCode('ann@example.com');
      const waiting = tenant.outbox.waitForCode('ann@example.com');
      await sendCode(tenant, 'ann@example.com');
      const second = await waiting;
      const codes = (await tenant.outbox.list('ann@example.com')).map(({ code }) => code);
      expect(codes).toEqual([first, second]);
      await sendCode(tenant, 'ann@example.com', 'link');
      expect(await tenant.outbox.waitForLink('ann@example.com')).toMatch(new RegExp(`^${tenant.origin}/`));
      await expect(tenant.outbox.waitForMessage('ann@example.com', { timeoutMs: 10 })).rejects.toThrow(
        /No message with to "ann@example.com".* within/,
      );
    });
  });
});

it('the control of a tenant on a thread has every member of the other', async () => {
  await using local = await createLocally();
  await using remote = await createRemoteTenant();
  const ann = await remote.users.create();
  expect(await remote.control.passkeys.list(ann.id)).toEqual([]);
  const kindsOf = (tenant: TestTenant) =>
    Object.fromEntries(Object.keys(local.control).map((name) => [name, typeof Reflect.get(tenant.control, name)]));
  expect(kindsOf(remote)).toEqual(kindsOf(local));
});

it('a tenant whose port is taken says so, and leaves nothing behind', async () => {
  const taken = await createLocally();
  const port = Number(new URL(taken.origin).port);
  await expect(createLocally({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await taken.close();
  await using next = await createLocally({ port });
  expect(next.origin).toBe(taken.origin);
});

describe('a tenant on a thread', () => {
  it('answers many at once without a warning', async () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => warnings.push(message);
    process.on('warning', onWarning);
    await using tenant = await createRemoteTenant();
    await Promise.all(Array.from({ length: 30 }, () => tenant.users.create()));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  it('can be handed on, and printed, part by part', async () => {
    await using tenant = await createRemoteTenant();
    for (const part of [tenant, tenant.control, tenant.users, tenant.outbox, tenant.control.faults] as const) {
      // As `await` does, which asks everything for a `then`.
      const handedOn = async () => part;
      expect((await handedOn()) === part).toBe(true);
      expect(String(part)).toContain('object');
      expect(() => JSON.stringify(part)).not.toThrow();
    }
  });

  it('that has ended says so, whoever asks and however often, and the next one has a thread again', async () => {
    let thread: Worker | undefined;
    process.once('worker', (worker) => {
      thread = worker;
    });
    const tenant = await createRemoteTenant();
    const waiting = expect(tenant.outbox.waitForCode('nobody@example.com')).rejects.toThrow(
      'The thread of the tenant ended',
    );
    // Nothing that a test may call does that; a fault of the tenant's may.
    await thread?.terminate();
    await waiting;
    await expect(tenant.users.create()).rejects.toThrow('The thread of the tenant ended');
    expect(() => tenant.faults.clear()).toThrow('The thread of the tenant ended');
    await tenant.close();
    await using next = await createRemoteTenant();
    expect((await next.users.create()).email).toContain('@');
  });

  it('that was closed says so', async () => {
    const tenant = await createRemoteTenant();
    await tenant.close();
    await expect(tenant.users.create()).rejects.toThrow('This tenant was closed');
    expect(() => tenant.clock.advance(1)).toThrow('This tenant was closed');
  });

  it('refuses what cannot get there, and says what to do', async () => {
    const actions = { onExecutePostLogin: async () => undefined };
    await expect(createRemoteTenant({ actions })).rejects.toThrow(/Functions cannot reach .* actions: \{ directory \}/);
  });

  it('keeps the codes of errors, also of those who stand still', async () => {
    await using tenant = await createRemoteTenant();
    await expect(tenant.users.get('auth0|nobody')).rejects.toMatchObject({ name: 'ControlError', code: 'not_found' });
    expect(() => tenant.control.faults.add({ kind: 'drop', path: 'no-path' })).toThrow(/path: must be a path/);
    expect(tenant.control.secret).toMatch(/^\S{20,}$/);
  });

  it('is closed once, however often', async () => {
    const tenant = await createRemoteTenant();
    await Promise.all([tenant.close(), tenant.close()]);
    await tenant.close();
    await using next = await createRemoteTenant();
    expect((await fetch(`${next.origin}/.well-known/jwks.json`)).status).toBe(200);
  });
});
