import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DirectTest, database, realmGrant, startDirectTest } from './support/direct.ts';
import { api, claimsOf, secret } from './support/protocol.ts';

let test: DirectTest;
beforeAll(async () => {
  test = await startDirectTest();
});
afterAll(() => test.close());

const password = (changes: Record<string, unknown> = {}) =>
  test.json('/oauth/token', {
    grant_type: 'password',
    client_id: 'app',
    username: 'ada@example.com',
    password: 'Engine-Horse-42',
    scope: 'openid',
    ...changes,
  });

describe('password-realm', () => {
  it('gives tokens that a refresh renews, with gty password in the access token', async () => {
    const answer = await test.realm({ audience: api, scope: 'openid profile email offline_access read:notes' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 86_400,
      scope: 'openid profile email offline_access read:notes',
    });
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({
      sub: 'auth0|ada',
      aud: 'app',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
    });
    expect(claimsOf(String(answer.body.access_token))).toMatchObject({ sub: 'auth0|ada', azp: 'app', gty: 'password' });
    const renewed = await test.refresh(String(answer.body.refresh_token), { client_id: 'app' });
    expect(renewed.status).toBe(200);
    expect(claimsOf(String(renewed.body.id_token)).sub).toBe('auth0|ada');
  });

  it('knows people by e-mail in any case and by username, and takes a form', async () => {
    expect((await test.realm({ username: ' ADA@example.com ' })).status).toBe(200);
    expect((await test.realm({ username: 'Ada' })).status).toBe(200);
    const form = { grant_type: realmGrant, client_id: 'app', username: 'ada', password: 'Engine-Horse-42' };
    expect((await test.post('/oauth/token', { ...form, realm: database })).status).toBe(200);
  });

  it('without a scope gives all there is for the audience, but no refresh token', async () => {
    const answer = await test.realm({ audience: api, scope: undefined });
    expect(String(answer.body.scope).split(' ')).toEqual(
      expect.arrayContaining(['openid', 'read:notes', 'write:notes']),
    );
    expect(answer.body).not.toHaveProperty('refresh_token');
  });

  it('drops scopes the API does not have', async () => {
    expect((await test.realm({ audience: api, scope: 'openid read:notes launch:rockets' })).body.scope).toBe(
      'openid read:notes',
    );
  });

  it.each([
    ['a wrong password', { password: 'Wrong-Horse-42' }],
    ['an unknown user', { username: 'nobody@example.com' }],
    ['a user of another database', { username: 'staff@example.com', password: 'Staff-Horse-42' }],
  ])('refuses %s with the same answer', async (_what, changes) => {
    const answer = await test.realm(changes);
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({ error: 'invalid_grant', error_description: 'Wrong email or password.' });
  });

  it.each(['username', 'password', 'realm'])('needs %s', async (name) => {
    const answer = await test.realm({ [name]: undefined });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: 'invalid_request',
      error_description: `Missing required parameter: ${name}`,
    });
  });

  it.each([
    ['an unknown one', 'Nowhere', 'app'],
    ['a passwordless one', 'email', 'app'],
    ['one the client may not use', database, 'few'],
  ])('refuses %s as realm', async (_what, realm, clientId) => {
    const answer = await test.realm({ realm, client_id: clientId });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: 'invalid_request',
      error_description: `unknown or invalid realm: ${realm}`,
    });
  });

  it('refuses an unknown audience before it looks at the password', async () => {
    const answer = await test.realm({ audience: 'https://nowhere.example', password: 'Wrong-Horse-42' });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({
      error: 'access_denied',
      error_description: 'Service not found: https://nowhere.example',
    });
  });

  it('refuses a scope that is no text', async () => {
    const answer = await test.realm({ scope: 7 });
    expect(answer.body).toEqual({ error: 'invalid_scope', error_description: 'Scope must be an array or a string' });
  });

  it('tells a blocked user so only after the right password', async () => {
    const blocked = { username: 'blocked@example.com', password: 'Blocked-Horse-42' };
    expect((await test.realm({ ...blocked, password: 'Wrong' })).body.error).toBe('invalid_grant');
    const answer = await test.realm(blocked);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: 'unauthorized', error_description: 'user is blocked' });
  });

  it('T9: is refused to a client that did not opt in, public or confidential', async () => {
    for (const grantType of [realmGrant, 'password']) {
      const answer = await test.realm({ client_id: 'plain', grant_type: grantType });
      expect(answer.status).toBe(403);
      expect(answer.body).toEqual({
        error: 'unauthorized_client',
        error_description: `Grant type '${grantType}' not allowed for the client.`,
      });
    }
  });

  it('T26: wants the secret of a confidential client', async () => {
    expect((await test.realm({ client_id: 'server', client_secret: secret })).status).toBe(200);
    for (const wrong of [undefined, 'not-the-secret']) {
      const answer = await test.realm({ client_id: 'server', client_secret: wrong });
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({ error: 'access_denied', error_description: 'Unauthorized' });
    }
  });

  it('puts no password in an event', async () => {
    await test.realm({ username: 'quiet@example.com', password: 'Never-Told-42' });
    await test.realm();
    const events = JSON.stringify(await test.tenant.control.events.list({ limit: 1000 }));
    expect(events).not.toContain('Never-Told-42');
    expect(events).not.toContain('Engine-Horse-42');
  });

  it('counts the login and records when it was', async () => {
    const before = await test.tenant.control.users.get('auth0|grace');
    await test.realm({ username: 'grace@example.com', password: 'Compiler-Horse-42' });
    const after = await test.tenant.control.users.get('auth0|grace');
    expect(after.loginsCount).toBe(before.loginsCount + 1);
    expect(after.lastLoginAt).toBeGreaterThan(0);
  });
});

describe('who signed up', () => {
  const signUp = (changes: Record<string, unknown> = {}) =>
    test.json('/dbconnections/signup', {
      client_id: 'app',
      connection: database,
      email: 'mary@example.com',
      username: 'mary.s',
      password: 'Rocket-Horse-42',
      user_metadata: { plan: 'pro' },
      ...changes,
    });

  it('logs in at once by e-mail or username; the link in the mail verifies the address', async () => {
    expect((await signUp()).body).toMatchObject({ email_verified: false, username: 'mary.s' });
    const login = { username: 'mary.s', password: 'Rocket-Horse-42' };
    expect(claimsOf(String((await test.realm(login)).body.id_token)).email_verified).toBe(false);
    const mail = await test.newest('mary@example.com');
    const browser = test.browser();
    const asked = await browser.open(mail.link ?? '');
    expect(claimsOf(String((await test.realm(login)).body.id_token)).email_verified).toBe(false);
    expect((await browser.submit(asked)).html).toContain('Your address is confirmed');
    expect(claimsOf(String((await test.realm(login)).body.id_token)).email_verified).toBe(true);
    expect((await browser.open(mail.link ?? '')).status).toBe(400);
  });

  it('keeps a phone number that is one, and is refused with one that is not', async () => {
    const changes = { connection: 'Staff', username: undefined, email: 'phone@example.com' };
    const refused = await signUp({ ...changes, phone_number: '0123' });
    expect([refused.status, refused.body]).toEqual([400, { error: 'phone_number is not valid' }]);
    expect((await signUp({ ...changes, phone_number: '+15550142' })).body.phone_number).toBe('+15550142');
  });

  it('gets a new password with the link in the mail, and the old one is worth nothing', async () => {
    await signUp({ email: 'joan@example.com', username: 'joan' });
    const request = { client_id: 'app', connection: database, email: 'joan@example.com' };
    expect((await test.json('/dbconnections/change_password', request)).status).toBe(200);
    const { link = '' } = await test.newest('joan@example.com');
    const browser = test.browser();
    const page = await browser.open(link);
    const form = { password: 'Orbit-Horse-43', confirmation: 'Orbit-Horse-43' };
    expect((await browser.submit(page, form)).html).toContain('Your password is changed');
    expect((await test.realm({ username: 'joan', password: 'Rocket-Horse-42' })).status).toBe(403);
    expect((await test.realm({ username: 'joan', password: 'Orbit-Horse-43' })).status).toBe(200);
  });
});

describe('password', () => {
  it('asks the default directory: the first database of the client', async () => {
    expect((await password()).status).toBe(200);
    const staff = { client_id: 'few', username: 'staff@example.com', password: 'Staff-Horse-42' };
    const answer = await password(staff);
    expect(claimsOf(String(answer.body.id_token)).sub).toBe('auth0|staff');
    expect((await password({ client_id: 'few' })).body.error).toBe('invalid_grant');
  });

  it('says when the client has no directory', async () => {
    const answer = await password({ client_id: 'none' });
    expect(answer.status).toBe(500);
    expect(answer.body.error_description).toBe('Authorization server not configured with default connection.');
  });

  it.each(['username', 'password'])('needs %s', async (name) => {
    expect((await password({ [name]: undefined })).body.error_description).toBe(`Missing required parameter: ${name}`);
  });
});

describe('unknown users', () => {
  it('cost the same work as wrong passwords', async () => {
    const verified: (string | undefined)[] = [];
    const { passwords } = test.tenant.context;
    const { verify } = passwords;
    passwords.verify = (hash, value) => {
      verified.push(hash === undefined ? 'dummy' : 'real');
      return verify(hash, value);
    };
    try {
      await test.realm({ username: 'no-such-person@example.com', password: 'Wrong-1' });
      await test.realm({ password: 'Wrong-1' });
    } finally {
      passwords.verify = verify;
    }
    expect(verified).toEqual(['dummy', 'real']);
  });

  it('are as much work as wrong passwords', async () => {
    const own = await startDirectTest(
      { attackProtection: { maxAttempts: 100, suspiciousAddress: { enabled: false } } },
      { passwordHashing: 'owasp' },
    );
    const work = async (username: string) => {
      const before = process.cpuUsage();
      await own.realm({ username, password: 'Wrong-Horse-42' });
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let n = 0; n < 12; n++) {
      known.push(await work('grace@example.com'));
      unknown.push(await work(`nobody-${n}@example.com`));
    }
    // In the processor's time, and the least of each, so that whatever else the machine does has no say. Without the hash
    // it is a fifth.
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
    await own.close();
  });
});
