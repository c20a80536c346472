import { decodeJwt } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { ControlError, createTenant, sampleConfig, type TenantExport } from '../src/index.ts';
import {
  call,
  control,
  post,
  refresh,
  refusalOf,
  SCOPE,
  signIn,
  tenant,
  url,
  useControlledTenant,
} from './support/control-stage.ts';

useControlledTenant();

describe('signing in without pages', () => {
  it('gives the tokens a login would give, bound to a session', async () => {
    const tokens = await signIn();
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: SCOPE, refresh_token: expect.any(String) });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ iss: tenant.context.issuer, sub: 'auth0|sample' });
    expect(decodeJwt(String(tokens.id_token))).toMatchObject({ aud: 'postern-spa', email: 'user@example.com' });
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
    const [session] = await control.sessions.list({ userId: 'auth0|sample' });
    expect(await tenant.context.store.sessions.clients(String(session?.id))).toEqual(['postern-spa']);
    expect(await control.users.get('auth0|sample')).toMatchObject({ loginsCount: 1 });
  });

  it('gives no scope the API does not have, and an opaque token without an audience', async () => {
    expect((await signIn({ scope: 'openid admin:everything read:notes' })).scope).toBe('openid read:notes');
    const opaque = await control.signIn({ user: 'auth0|sample', clientId: 'postern-spa' });
    expect(opaque.access_token.split('.')).toHaveLength(1);
    const userinfo = await fetch(`${url}userinfo`, { headers: { authorization: `Bearer ${opaque.access_token}` } });
    expect(await userinfo.json()).toMatchObject({ sub: 'auth0|sample', email: 'user@example.com' });
  });

  it('gives a browser session: the silent request succeeds with its cookies', async () => {
    const state = await control.sessionState({ user: 'user@example.com' });
    expect(state).toEqual({
      cookies: [
        expect.objectContaining({
          domain: 'localhost',
          path: '/',
          httpOnly: true,
          secure: false,
          sameSite: 'Lax',
          expires: -1,
        }),
      ],
      origins: [],
    });
    const authorize = new URL('authorize', url);
    authorize.search = new URLSearchParams({
      client_id: 'postern-spa',
      response_type: 'code',
      redirect_uri: 'http://localhost:5173/',
      scope: 'openid',
      prompt: 'none',
      state: 's',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }).toString();
    const silent = async (headers: Record<string, string>) =>
      (await fetch(authorize, { redirect: 'manual', headers })).headers.get('location');
    expect(await silent({})).toContain('error=login_required');
    expect(await silent({ cookie: state.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') })).toMatch(
      /[?&]code=/,
    );
  });

  it('is refused for a blocked user', async () => {
    await control.users.block('auth0|sample');
    expect(await refusalOf(signIn())).toMatchObject({ code: 'conflict' });
    expect(await refusalOf(control.sessionState({ user: 'auth0|sample' }))).toMatchObject({ code: 'conflict' });
  });
});

describe('T11: users', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['blocked', () => control.users.block('auth0|sample')],
    ['given another password', () => control.users.update('auth0|sample', { password: 'Another-Horse-43' })],
    ['deleted', () => control.users.delete('auth0|sample')],
  ])('who are %s lose their sessions and tokens', async (_, change) => {
    const tokens = await signIn();
    const opaque = await control.signIn({ user: 'auth0|sample', clientId: 'postern-spa' });
    await change();
    expect((await refresh(tokens.refresh_token)).status).toBe(403);
    expect((await control.sessions.list()).filter((session) => session.endedAt === undefined)).toEqual([]);
    const userinfo = await fetch(`${url}userinfo`, { headers: { authorization: `Bearer ${opaque.access_token}` } });
    expect(userinfo.status).toBe(401);
  });

  it('who were blocked do not get their old tokens back when unblocked', async () => {
    const tokens = await signIn();
    await control.users.block('auth0|sample');
    await control.users.unblock('auth0|sample');
    expect((await refresh(tokens.refresh_token)).status).toBe(403);
    expect((await signIn()).access_token).toBeDefined();
  });

  it('sign in with the password they were given last', async () => {
    await control.users.update('auth0|sample', { password: 'Another-Horse-43' });
    const { passwordHash } = (await tenant.context.store.users.get('auth0|sample')) ?? {};
    expect(await tenant.context.passwords.verify(passwordHash, 'Another-Horse-43')).toBe(true);
    expect(await tenant.context.passwords.verify(passwordHash, 'Correct-Horse-42')).toBe(false);
  });
});

describe('waiting', () => {
  const send = (template: string) =>
    tenant.context.outbox.send({ channel: 'email', to: 'a@example.com', template, text: 'x', code: '1' });

  it('ends with a message that is there, or comes; never with one from before afterId', async () => {
    const first = await send('reset');
    expect(await control.outbox.waitForMessage({ to: 'a@example.com' })).toEqual(first);
    const waiting = control.outbox.waitForMessage({ template: 'reset', afterId: first.id });
    await send('other');
    const second = await send('reset');
    expect(await waiting).toEqual(second);
    const refusal = await refusalOf(
      control.outbox.waitForMessage({ template: 'reset', afterId: second.id, timeoutMs: 20 }),
    );
    expect(refusal).toMatchObject({ code: 'timeout', message: expect.stringContaining('reset to a@example.com') });
  });

  it('goes on while the tenant’s clock stands still', async () => {
    control.clock.set(0);
    const waiting = control.events.waitFor({ type: 'login.success', userId: 'auth0|sample' });
    await signIn();
    expect(await waiting).toMatchObject({ type: 'login.success', at: 0 });
    expect(await refusalOf(control.events.waitFor({ type: 'x', timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
  });
});

describe('events', () => {
  it('are kept in the order they were recorded, every one, and told to those who listen', async () => {
    const heard: number[] = [];
    const stop = tenant.context.events.subscribe((event) => heard.push(Number(event.details?.n)));
    for (let n = 0; n < 200; n += 1) {
      tenant.context.events.record({ type: 'test', outcome: 'success', sentence: 'x', details: { n } });
    }
    const kept = (await control.events.list({ type: 'test', limit: 1000 })).map((event) => event.details?.n);
    expect(kept).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(heard).toEqual(kept);
    stop();
    tenant.context.events.record({ type: 'test', outcome: 'success', sentence: 'x' });
    await control.events.list();
    expect(heard).toHaveLength(200);
  });
});

describe('clock', () => {
  it('stops, moves, runs on and goes back', async () => {
    expect(control.clock.set(1_000)).toEqual({ now: 1_000, stopped: true });
    expect(control.clock.advance(-400).now).toBe(600);
    expect(tenant.context.clock.seconds()).toBe(0);
    const running = control.clock.set(5_000, { running: true });
    expect(running.stopped).toBe(false);
    expect(running.now).toBeGreaterThanOrEqual(5_000);
    expect(running.now).toBeLessThan(65_000);
    expect(control.clock.advance(86_400_000).now).toBeGreaterThan(86_400_000);
    expect(Math.abs(control.clock.reset().now - Date.now())).toBeLessThan(60_000);
    expect(() => control.clock.advance(Number.NaN)).toThrow(ControlError);
  });

  it('decides when tokens expire', async () => {
    const tokens = await signIn();
    control.clock.advance(31 * 86_400_000);
    expect((await refresh(tokens.refresh_token)).status).toBe(403);
  });
});

describe('reset', () => {
  it('goes back to the configuration and keeps the signing keys', async () => {
    const kids = async () => (await tenant.context.keys.jwks()).keys.map((key) => key.kid);
    const before = await kids();
    const { refresh_token } = await signIn();
    await control.users.create({ email: 'b@example.com' });
    await control.users.update('auth0|sample', { email: 'moved@example.com', password: 'Another-Horse-43' });
    control.clock.set(5);
    control.faults.add({ kind: 'drop', path: '/*' });
    await control.reset();
    expect(await control.users.list()).toEqual([
      expect.objectContaining({ id: 'auth0|mfa', email: 'mfa@example.com', loginsCount: 0 }),
      expect.objectContaining({ id: 'auth0|sample', email: 'user@example.com', loginsCount: 0 }),
    ]);
    const { passwordHash } = (await tenant.context.store.users.get('auth0|sample')) ?? {};
    expect(await tenant.context.passwords.verify(passwordHash, 'Correct-Horse-42')).toBe(true);
    expect(control.clock.get().stopped).toBe(false);
    expect(control.faults.list()).toEqual([]);
    expect([await control.sessions.list(), await control.families.list(), await control.events.list()]).toEqual([
      [],
      [],
      [],
    ]);
    expect((await refresh(refresh_token)).status).toBe(403);
    expect(await kids()).toEqual(before);
  });

  it('hashes no password again, which would take longer than all the rest', async () => {
    const hash = vi.spyOn(tenant.context.passwords, 'hash');
    await control.reset();
    await control.reset();
    expect(await control.users.list()).toHaveLength(2);
    expect(hash).not.toHaveBeenCalled();
  });
});

describe('export and import', () => {
  it('carry everything to another tenant: users, passwords, sessions, refresh tokens, keys', async () => {
    const tokens = await signIn();
    const { cookies } = await control.sessionState({ user: 'auth0|sample' });
    await control.users.create({ email: 'b@example.com', userMetadata: { text: 'é'.repeat(300_000) } });
    const data = await control.exportData();

    const other = await createTenant(sampleConfig, { issuer: tenant.context.issuer });
    try {
      await other.control.importData(JSON.parse(JSON.stringify(data)));
      expect((await other.control.exportData()).tables).toEqual(data.tables);
      expect(await other.context.keys.verify(tokens.access_token)).toMatchObject({ sub: 'auth0|sample' });
      expect(await other.context.mac('csrf', 'x')).toBe(await tenant.context.mac('csrf', 'x'));
      const refreshed = await other.fetch(
        new Request(`${tenant.context.issuer}oauth/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            grant_type: 'refresh_token',
            client_id: 'postern-spa',
            refresh_token: tokens.refresh_token,
          }),
        }),
      );
      expect(refreshed.status).toBe(200);
      const { access_token } = (await refreshed.json()) as { access_token: string };
      expect(await tenant.context.keys.verify(access_token), 'signed with the imported key').toBeDefined();
      expect(cookies).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('pass through HTTP whole, beyond the size other bodies may have', async () => {
    await control.users.create({ email: 'b@example.com', userMetadata: { text: 'x'.repeat(300_000) } });
    const data = (await (await call('/export')).json()) as TenantExport;
    await control.reset();
    expect((await post('/import', data)).status).toBe(204);
    const [user] = await control.users.list({ search: 'b@example.com' });
    expect(user?.userMetadata).toEqual({ text: 'x'.repeat(300_000) });
  });

  it.each<[string, (data: TenantExport) => unknown]>([
    ['another version', (data) => ({ ...data, version: 2 })],
    ['an unknown table', (data) => ({ ...data, tables: { ...data.tables, extra: [] } })],
    ['an unknown column', (data) => ({ ...data, tables: { ...data.tables, users: [{ id: 'x', shoe: 1 }] } })],
    ['no tables', () => ({ format: 'postern-tenant', version: 1 })],
  ])('refuse data with %s and change nothing', async (_, spoil) => {
    const data = await control.exportData();
    expect(await refusalOf(control.importData(spoil(data)))).toMatchObject({ code: 'invalid_request' });
    expect(await control.users.list()).toHaveLength(2);
  });
});
