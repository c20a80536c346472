import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { api, claimsOf, otherApi, type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeEach(async () => {
  test = await startProtocolTest();
  test.tenant.context.clock.set(Date.now());
});
afterEach(() => test.close());

const refused = { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' };
const tokenOf = (answer: { body: Record<string, unknown> }) => String(answer.body.refresh_token);
const advance = (seconds: number) => test.tenant.context.clock.advance(seconds * 1000);

describe('rotation', () => {
  it('gives a new refresh token, access token and ID token each time', async () => {
    const first = await test.tokens();
    advance(5);
    const second = await test.refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.scope).toBe(first.scope);
    expect(tokenOf(second)).not.toBe(first.refresh_token);
    expect(claimsOf(String(second.body.access_token))).toMatchObject({ sub: 'auth0|sample', gty: 'refresh_token' });
    expect((await test.refresh(tokenOf(second))).status).toBe(200);
  });
  it('T10: without leeway a used token revokes the family, and the newest one fails, too', async () => {
    const changes = { client_id: 'strict-spa' };
    const first = await test.tokens(changes);
    const second = await test.refresh(first.refresh_token, changes);
    const reused = await test.refresh(first.refresh_token, changes);
    expect([reused.status, reused.body]).toEqual([403, refused]);
    expect((await test.refresh(tokenOf(second), changes)).body).toEqual(refused);
    const event = await test.lastEvent('refresh.reuse_detected');
    expect(event).toMatchObject({ outcome: 'failure', clientId: 'strict-spa', userId: 'auth0|sample' });
    expect(event.sentence).toContain('the client has no leeway');
    expect(event.sentence).not.toContain(String(first.refresh_token));
  });
  it('T10: inside the leeway the token before the newest works, and both of its successors do', async () => {
    const first = await test.tokens();
    const lost = await test.refresh(first.refresh_token);
    advance(10);
    const again = await test.refresh(first.refresh_token);
    expect(again.status).toBe(200);
    expect(tokenOf(again)).not.toBe(tokenOf(lost));
    expect((await test.refresh(tokenOf(again))).status).toBe(200);
    expect((await test.refresh(tokenOf(lost))).status).toBe(200);
    expect((await test.lastEvent('refresh.overlap')).sentence).toContain('inside the leeway of 10 s');
  });
  it('T10: outside of the leeway it revokes the family', async () => {
    const first = await test.tokens();
    const second = await test.refresh(first.refresh_token);
    advance(11);
    expect((await test.refresh(first.refresh_token)).body).toEqual(refused);
    expect((await test.refresh(tokenOf(second))).body).toEqual(refused);
    expect((await test.lastEvent('refresh.reuse_detected')).sentence).toContain('outside of the leeway of 10 s');
  });
  it('T10: the second-to-last token is reuse even inside the leeway', async () => {
    const first = await test.tokens();
    const second = await test.refresh(first.refresh_token);
    const third = await test.refresh(tokenOf(second));
    expect((await test.refresh(first.refresh_token)).body).toEqual(refused);
    expect((await test.refresh(tokenOf(third))).body).toEqual(refused);
    expect((await test.lastEvent('refresh.reuse_detected')).sentence).toContain(
      'generation 1 was presented when generation 3',
    );
  });
  it('T10: repeating does not stretch the leeway', async () => {
    const first = await test.tokens();
    await test.refresh(first.refresh_token);
    advance(8);
    expect((await test.refresh(first.refresh_token)).status).toBe(200);
    advance(8);
    expect((await test.refresh(first.refresh_token)).body).toEqual(refused);
  });
  it('T10: reuse is told once, however often the token comes', async () => {
    const changes = { client_id: 'strict-spa' };
    const first = await test.tokens(changes);
    await test.refresh(first.refresh_token, changes);
    for (let call = 0; call < 3; call++) await test.refresh(first.refresh_token, changes);
    await test.lastEvent('refresh.reuse_detected');
    expect(await test.tenant.context.events.list({ type: 'refresh.reuse_detected' })).toHaveLength(1);
  });
  it('T10: reuse kills the opaque access tokens of the family', async () => {
    const changes = { client_id: 'strict-spa', audience: undefined };
    const first = await test.tokens(changes);
    await test.refresh(first.refresh_token, { client_id: 'strict-spa' });
    expect((await test.userinfo(first.access_token)).status).toBe(200);
    await test.refresh(first.refresh_token, { client_id: 'strict-spa' });
    expect((await test.userinfo(first.access_token)).status).toBe(401);
  });
  it('one family’s end leaves the others alone', async () => {
    const changes = { client_id: 'strict-spa' };
    const doomed = await test.tokens(changes);
    const other = await test.tokens(changes);
    await test.refresh(doomed.refresh_token, changes);
    await test.refresh(doomed.refresh_token, changes);
    expect((await test.refresh(other.refresh_token, changes)).status).toBe(200);
  });
  it('of 20 calls at once without leeway one wins, and the family ends', async () => {
    const changes = { client_id: 'strict-spa' };
    const { refresh_token } = await test.tokens(changes);
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.refresh(refresh_token, changes)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect((await test.refresh(winners[0]?.body.refresh_token as string, changes)).body).toEqual(refused);
  });
  it('of 20 calls at once inside the leeway all win, and each successor goes on', async () => {
    const { refresh_token } = await test.tokens();
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.refresh(refresh_token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(tokenOf)).size).toBe(20);
    expect((await test.refresh(tokenOf(answers[7] ?? { body: {} }))).status).toBe(200);
    expect(await test.tenant.context.events.list({ type: 'refresh.reuse_detected' })).toEqual([]);
  });
});

describe('expiry and revocation', () => {
  it('T11: rotation does not extend the absolute lifetime', async () => {
    let { refresh_token } = await test.tokens();
    for (const _step of [1, 2, 3]) {
      advance(300);
      const answer = await test.refresh(refresh_token);
      expect(answer.status).toBe(200);
      refresh_token = tokenOf(answer);
    }
    advance(100);
    expect((await test.refresh(refresh_token)).body).toEqual(refused);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('absolute lifetime');
  });
  it('T11: an unused family expires', async () => {
    const { refresh_token } = await test.tokens();
    advance(400);
    expect((await test.refresh(refresh_token)).body).toEqual(refused);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('idle lifetime');
  });
  it('T11: a blocked user’s refresh is refused, and stays refused after unblocking', async () => {
    const { store, clock } = test.tenant.context;
    const { refresh_token } = await test.tokens();
    await store.users.update('auth0|sample', { blocked: true }, clock.now());
    expect((await test.refresh(refresh_token)).body).toEqual({
      error: 'unauthorized',
      error_description: 'user is blocked',
    });
    await store.users.update('auth0|sample', { blocked: false }, clock.now());
    expect((await test.refresh(refresh_token)).body).toEqual(refused);
  });
  it('a deleted user’s refresh says so, with 403', async () => {
    const { refresh_token } = await test.tokens();
    await test.tenant.context.store.users.delete('auth0|sample');
    const answer = await test.refresh(refresh_token);
    expect(answer.status).toBe(403);
    expect([
      'Unknown or invalid refresh token.',
      "The refresh_token was generated for a user who doesn't exist anymore.",
    ]).toContain(answer.body.error_description);
  });
  it('T11: a password change by mail revokes', async () => {
    const { refresh_token } = await test.tokens();
    const browser = test.browser();
    const login = await browser.open(test.authorizeUrl());
    const forgot = await browser.open(
      new URL(
        /href="([^"]*reset-password[^"]*|[^"]*forgot[^"]*)"/.exec(login.html)?.[1]?.replaceAll('&amp;', '&') ?? '',
        login.url,
      ),
    );
    await browser.submit(forgot, { email: 'user@example.com' });
    const [mail] = await test.tenant.context.outbox.list({ to: 'user@example.com', template: 'password_reset' });
    const page = await browser.open(mail?.link ?? '');
    const names = [...page.html.matchAll(/<input\b[^>]*name="([^"]+)"[^>]*type="password"/g)].map(
      ([, name = '']) => name,
    );
    await browser.submit(page, Object.fromEntries(names.map((name) => [name, 'Another-Horse-43'])));
    expect(names.length).toBeGreaterThan(0);
    expect((await test.refresh(refresh_token)).body).toEqual(refused);
  });
});

describe('binding', () => {
  it('T12: a refresh token is bound to its client', async () => {
    const { refresh_token } = await test.tokens();
    expect((await test.refresh(refresh_token, { client_id: 'strict-spa' })).body).toEqual(refused);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('belongs to client spa');
    expect((await test.refresh(refresh_token)).status).toBe(200);
  });
  it('T12: scope can shrink, and comes back whole when it is not named', async () => {
    const { refresh_token } = await test.tokens();
    const narrow = await test.refresh(refresh_token, { scope: 'openid email' });
    expect(narrow.body.scope).toBe('openid email');
    expect(claimsOf(String(narrow.body.access_token)).scope).toBe('openid email');
    const whole = await test.refresh(tokenOf(narrow));
    expect(whole.body.scope).toBe('openid profile email offline_access read:notes');
  });
  it('T12: scope never grows', async () => {
    const { refresh_token } = await test.tokens({ scope: 'openid offline_access read:notes' });
    const answer = await test.refresh(refresh_token, { scope: 'openid read:notes write:notes profile' });
    expect(answer.body.scope).toBe('openid read:notes');
    expect(claimsOf(String(answer.body.id_token))).not.toHaveProperty('name');
    expect((await test.lastEvent('refresh.scope_narrowed')).sentence).toContain('write:notes, profile');
  });
  it('T12: another audience gives no token for it', async () => {
    const { refresh_token } = await test.tokens();
    const other = await test.refresh(refresh_token, { audience: otherApi });
    expect([claimsOf(String(other.body.access_token)).aud].flat()).toContain(api);
    expect([claimsOf(String(other.body.access_token)).aud].flat()).not.toContain(otherApi);
    const unknown = await test.refresh(tokenOf(other), { audience: 'https://nowhere.test' });
    expect(unknown.body).toEqual({
      error: 'access_denied',
      error_description: 'Service not found: https://nowhere.test',
    });
  });
  it('a refused request does not spend the token', async () => {
    const { refresh_token } = await test.tokens({ client_id: 'strict-spa' });
    const changes = { client_id: 'strict-spa' };
    await test.refresh(refresh_token, { ...changes, audience: 'https://nowhere.test' });
    expect((await test.refresh(refresh_token, changes)).status).toBe(200);
  });
  it('gives no ID token when openid is not asked for', async () => {
    const { refresh_token } = await test.tokens();
    expect((await test.refresh(refresh_token, { scope: 'read:notes' })).body).not.toHaveProperty('id_token');
  });
  it('refuses nonsense, and an access token', async () => {
    const { access_token } = await test.tokens();
    expect((await test.refresh('nonsense')).body).toEqual(refused);
    expect((await test.refresh(access_token)).body).toEqual(refused);
  });
  it('names a missing refresh_token', async () => {
    expect((await test.refresh('')).body.error_description).toBe('Missing required parameter: refresh_token');
  });
});

describe('without rotation', () => {
  it('keeps the token: no new one in the answer, and it works again', async () => {
    const changes = { client_id: 'steady-spa' };
    const { refresh_token } = await test.tokens(changes);
    for (const _call of [1, 2, 3]) {
      const answer = await test.refresh(refresh_token, changes);
      expect(answer.status).toBe(200);
      expect(answer.body).not.toHaveProperty('refresh_token');
    }
  });
});
it('known failure 1a-5: a refresh whose response is lost after rotation succeeds when repeated inside the leeway', async () => {
  const { refresh_token } = await test.tokens();
  test.tenant.context.faults.add({ kind: 'drop', path: '/oauth/token' });
  await expect(test.refresh(refresh_token)).rejects.toThrow();
  expect((await test.refresh(refresh_token)).status).toBe(200);
});
it('T6, T10: refresh tokens and codes are stored as hashes only', async () => {
  const { refresh_token } = await test.tokens();
  expect(await test.tenant.context.store.refreshTokens.find(refresh_token ?? '')).toBeUndefined();
});
