import { createHash, createHmac, pbkdf2Sync, scryptSync } from 'node:crypto';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { database } from './support/direct.ts';
import { mfaConfig, otpGrant, realmGrant } from './support/mfa.ts';
import { type ProtocolTest, startProtocolTest } from './support/protocol.ts';

const password = 'Old-Site-Horse-42 ü';

let test: ProtocolTest;
beforeEach(async () => {
  test = await startProtocolTest(
    { ...mfaConfig, connections: [{ name: database, strategy: 'auth0' }], users: [] },
    { passwordHashing: 'owasp' },
  );
});
afterEach(() => test.close());

const logIn = (email: string, changes: Record<string, string> = {}) =>
  test.post('/oauth/token', {
    grant_type: realmGrant,
    client_id: 'app',
    realm: database,
    username: email,
    password,
    scope: 'openid',
    ...changes,
  });
const storedHash = async (id: string) => (await test.tenant.context.store.users.get(id))?.passwordHash ?? '';
const digest = (name: string, text: string | Buffer) => createHash(name).update(text).digest();
const salt = Buffer.from('0123456789abcdef');
const withoutPadding = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');

const bytes = Buffer.from(password);
/** How each kind of hash comes into being, as another system would make it. */
const kinds: readonly [string, () => object | Promise<object>][] = [
  ['bcrypt', async () => ({ algorithm: 'bcrypt', hash: { value: await bcrypt(password, { cost: 4 }) } })],
  [
    'bcrypt $2y$',
    async () => ({
      algorithm: 'bcrypt',
      hash: { value: (await bcrypt(password, { cost: 4 })).replace('$2b$', '$2y$') },
    }),
  ],
  [
    'argon2id',
    async () => ({
      algorithm: 'argon2',
      hash: { value: await argon2(password, { algorithm: 2, memoryCost: 1024, timeCost: 1 }), encoding: 'utf8' },
    }),
  ],
  [
    'argon2i',
    async () => ({
      algorithm: 'argon2',
      hash: { value: await argon2(password, { algorithm: 1, memoryCost: 1024, timeCost: 1 }) },
    }),
  ],
  [
    'pbkdf2',
    () => ({
      algorithm: 'pbkdf2',
      hash: {
        value: `$pbkdf2-sha512$i=1000,l=64$${withoutPadding(salt)}$${withoutPadding(pbkdf2Sync(password, salt, 1000, 64, 'sha512'))}`,
        encoding: 'utf8',
      },
    }),
  ],
  [
    'pbkdf2 without length',
    () => ({
      algorithm: 'pbkdf2',
      hash: {
        value: `$pbkdf2-sha256$i=1000$${withoutPadding(salt)}$${withoutPadding(pbkdf2Sync(password, salt, 1000, 32, 'sha256'))}`,
      },
    }),
  ],
  [
    'scrypt',
    () => ({
      algorithm: 'scrypt',
      keylen: 48,
      cost: 1024,
      hash: { value: scryptSync(password, salt, 48, { cost: 1024 }).toString('hex'), encoding: 'hex' },
      salt: { value: salt.toString('hex'), encoding: 'hex' },
    }),
  ],
  ['md5', () => ({ algorithm: 'md5', hash: { value: digest('md5', password).toString('hex'), encoding: 'hex' } })],
  [
    'sha1 with a suffix',
    () => ({
      algorithm: 'sha1',
      hash: { value: digest('sha1', `${password}pepper`).toString('base64'), encoding: 'base64' },
      salt: { value: 'pepper', position: 'suffix' },
    }),
  ],
  [
    'sha256 with a prefix',
    () => ({
      algorithm: 'sha256',
      hash: { value: digest('sha256', Buffer.concat([salt, bytes])).toString('hex'), encoding: 'hex' },
      salt: { value: salt.toString('base64'), encoding: 'base64' },
    }),
  ],
  [
    'sha512 of utf16le',
    () => ({
      algorithm: 'sha512',
      hash: { value: digest('sha512', Buffer.from(password, 'utf16le')).toString('hex'), encoding: 'hex' },
      password: { encoding: 'utf16le' },
    }),
  ],
  [
    'hmac',
    () => ({
      algorithm: 'hmac',
      hash: {
        value: createHmac('sha256', 'key').update(password).digest('hex'),
        encoding: 'hex',
        digest: 'sha256',
        key: { value: 'key' },
      },
    }),
  ],
  [
    'ldap SSHA',
    () => ({
      algorithm: 'ldap',
      hash: {
        value: `{SSHA}${Buffer.concat([digest('sha1', Buffer.concat([bytes, salt])), salt]).toString('base64')}`,
        encoding: 'utf8',
      },
    }),
  ],
  ['ldap MD5', () => ({ algorithm: 'ldap', hash: { value: `{MD5}${digest('md5', password).toString('base64')}` } })],
];

describe('passwords that come along', () => {
  it.each(kinds)('%s logs in, a wrong one does not, and argon2id takes its place', async (_name, make) => {
    const record = { email: 'a@example.com', user_id: 'a', custom_password_hash: await make() };
    expect(await test.tenant.control.importUsers([record])).toMatchObject({ inserted: 1, failed: 0, errors: [] });
    const before = await storedHash('auth0|a');

    expect((await logIn('a@example.com', { password: `${password}x` })).body.error).toBe('invalid_grant');
    expect((await logIn('a@example.com', { password: '' })).status).not.toBe(200);
    expect(await storedHash('auth0|a')).toBe(before);

    expect((await logIn('a@example.com')).status).toBe(200);
    const after = await storedHash('auth0|a');
    expect(after).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(after).not.toBe(before);
    expect((await logIn('a@example.com')).status).toBe(200);
    expect(await storedHash('auth0|a'), 'replaced once').toBe(after);
    expect((await test.tenant.control.events.list({ type: 'password.rehashed' })).length).toBe(1);
  });

  it('password_hash is bcrypt', async () => {
    const record = { email: 'a@example.com', password_hash: await bcrypt(password, { cost: 4 }) };
    expect(await test.tenant.control.importUsers([record])).toMatchObject({ inserted: 1 });
    expect((await logIn('a@example.com')).status).toBe(200);
  });

  it('a user without any can log in with none', async () => {
    await test.tenant.control.importUsers([{ email: 'a@example.com' }]);
    expect((await logIn('a@example.com')).body.error).toBe('invalid_grant');
  });

  it.each<[string, object, RegExp]>([
    ['md4', { algorithm: 'md4', hash: { value: 'aa', encoding: 'hex' } }, /md4 is in no current crypto library/],
    ['no bcrypt', { algorithm: 'bcrypt', hash: { value: 'plain' } }, /is no bcrypt hash/],
    [
      'bcrypt that takes hours',
      { algorithm: 'bcrypt', hash: { value: `$2b$31$${'a'.repeat(53)}` } },
      /a cost of 4 to 15/,
    ],
    ['argon2 in another form', { algorithm: 'argon2', hash: { value: '$argon2id$abc' } }, /PHC form/],
    ['pbkdf2 in another form', { algorithm: 'pbkdf2', hash: { value: 'sha1:1000:aa:bb' } }, /PHC form/],
    [
      'an unknown digest',
      { algorithm: 'hmac', hash: { value: 'aa', encoding: 'hex', digest: 'crc32', key: { value: 'k' } } },
      /no digest crc32/,
    ],
    ['LDAP crypt', { algorithm: 'ldap', hash: { value: '{CRYPT}$1$abc' } }, /none of the LDAP forms.*\{SSHA512\}/],
    [
      'a scrypt cost that is none',
      { algorithm: 'scrypt', keylen: 8, cost: 1000, hash: { value: 'aa', encoding: 'hex' }, salt: { value: 's' } },
      /power of two/,
    ],
    ['scrypt without salt', { algorithm: 'scrypt', keylen: 8, hash: { value: 'aa', encoding: 'hex' } }, /salt/],
    ['an algorithm nobody knows', { algorithm: 'rot13', hash: { value: 'x' } }, /algorithm/],
  ])('%s is refused with the reason, and nobody is created', async (_name, hash, message) => {
    const summary = await test.tenant.control.importUsers([{ email: 'a@example.com', custom_password_hash: hash }]);
    expect(summary).toMatchObject({ inserted: 0, failed: 1, errors: [{ index: 0, email: 'a@example.com' }] });
    expect(summary.errors[0]?.message).toMatch(message);
    expect(summary.errors[0]?.message).toMatch(/custom_password_hash/);
    expect(await test.tenant.control.users.list()).toEqual([]);
  });
});

describe('everything else that comes along', () => {
  it('ids, profile, metadata, flags and block', async () => {
    await test.tenant.control.importUsers([
      {
        email: 'Ann@Example.com',
        email_verified: true,
        user_id: 'auth0|from-export',
        username: 'ann',
        given_name: 'Ann',
        family_name: 'Example',
        phone_number: null,
        app_metadata: { plan: 'gold' },
        user_metadata: { colour: 'teal' },
        blocked: true,
        created_at: '2020-01-01T00:00:00.000Z',
        logins_count: 7,
        identities: [{ connection: database }],
      },
    ]);
    expect(await test.tenant.control.users.get('auth0|from-export')).toMatchObject({
      email: 'Ann@Example.com',
      emailVerified: true,
      username: 'ann',
      profile: { name: 'Ann Example', given_name: 'Ann', family_name: 'Example', nickname: 'ann' },
      appMetadata: { plan: 'gold' },
      userMetadata: { colour: 'teal' },
      blocked: true,
      loginsCount: 0,
    });
  });

  it('second factors: a TOTP secret proves the next login', async () => {
    const secret = new Secret({ size: 20 }).base32;
    const summary = await test.tenant.control.importUsers([
      {
        email: 'a@example.com',
        password_hash: await bcrypt(password, { cost: 4 }),
        mfa_factors: [
          { totp: { secret } },
          { phone: { value: '+15550123456' } },
          { email: { value: 'b@example.com' } },
        ],
      },
    ]);
    expect(summary.errors).toEqual([]);
    const first = await logIn('a@example.com');
    expect(first.body).toMatchObject({
      error: 'mfa_required',
      mfa_requirements: { challenge: [{ type: 'otp' }, { type: 'phone' }, { type: 'email' }] },
    });
    const second = await test.post('/oauth/token', {
      grant_type: otpGrant,
      client_id: 'app',
      mfa_token: String(first.body.mfa_token),
      otp: new TOTP({ secret: Secret.fromBase32(secret) }).generate(),
    });
    expect(second.status).toBe(200);
  });

  it('records that are no good are told one by one; the rest comes in', async () => {
    const summary = await test.tenant.control.importUsers([
      { email: 'a@example.com' },
      { email: 'no address' },
      { email: 'A@example.com' },
      'text',
      { email: 'b@example.com', pasword_hash: 'x' },
      { email: 'c@example.com', mfa_factors: [{ totp: { secret: 'not base32!' } }] },
      { email: 'd@example.com', user_id: 'google-oauth2|1' },
      {
        email: 'e@example.com',
        password_hash: 'x',
        custom_password_hash: { algorithm: 'md5', hash: { value: 'aa', encoding: 'hex' } },
      },
      { email: 'f@example.com' },
    ]);
    expect(summary).toMatchObject({ total: 9, inserted: 2, updated: 0, failed: 7 });
    expect(summary.errors.map(({ index, message }) => `${index} ${message}`)).toEqual([
      expect.stringMatching(/^1 email: /),
      expect.stringMatching(/^2 email: a user with that email exists already/),
      expect.stringMatching(/^3 is no object/),
      expect.stringMatching(/^4 pasword_hash: /),
      expect.stringMatching(/^5 mfa_factors/),
      expect.stringMatching(/^6 user_id: "google-oauth2\|1" belongs to another strategy/),
      expect.stringMatching(/^7 password_hash and custom_password_hash exclude each other/),
    ]);
    const emails = (await test.tenant.control.users.list()).map(({ email }) => email).sort();
    expect(emails).toEqual(['a@example.com', 'f@example.com']);
    expect((await test.lastEvent('users.imported')).sentence).toContain('2 were created, 0 changed and 7 refused');
  });

  it('with upsert, who exists gets metadata and profile but keeps the password', async () => {
    await test.tenant.control.importUsers([
      {
        email: 'a@example.com',
        user_id: 'a',
        password_hash: await bcrypt(password, { cost: 4 }),
        app_metadata: { a: 1, b: 1 },
      },
    ]);
    const summary = await test.tenant.control.importUsers(
      [
        {
          email: 'a@example.com',
          email_verified: true,
          name: 'New',
          app_metadata: { b: 2 },
          password_hash: await bcrypt('Another-Horse-42', { cost: 4 }),
        },
      ],
      { upsert: true },
    );
    expect(summary).toMatchObject({ inserted: 0, updated: 1, failed: 0 });
    expect(await test.tenant.control.users.get('auth0|a')).toMatchObject({
      emailVerified: true,
      profile: { name: 'New' },
      appMetadata: { a: 1, b: 2 },
    });
    expect((await logIn('a@example.com', { password: 'Another-Horse-42' })).status).toBe(403);
    expect((await logIn('a@example.com')).status).toBe(200);
  });
});

describe('over HTTP', () => {
  const send = (body: string, query = '', secret = test.tenant.control.secret) =>
    fetch(`${test.issuer}__tenant/api/users/import${query}`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${secret}` },
    });

  it.each([
    ['an array', '[{"email":"a@example.com"},{"email":"b@example.com"}]'],
    ['one object per line', '{"email":"a@example.com"}\r\n{"email":"b@example.com"}\n\n'],
  ])('takes %s', async (_form, body) => {
    const response = await send(body);
    expect(await response.json()).toEqual({ total: 2, inserted: 2, updated: 0, failed: 0, errors: [] });
    expect(await (await send(body, '?upsert=true')).json()).toMatchObject({ updated: 2 });
  });

  it.each([
    ['no JSON', 'email\na@example.com', ''],
    ['an unknown connection', '[]', '?connection=Nowhere'],
    ['a word for a flag', '[]', '?upsert=maybe'],
  ])('answers 400 to %s', async (_what, body, query) => {
    const response = await send(body, query);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });

  it('takes files larger than other requests may be', async () => {
    const records = Array.from({ length: 300 }, (_, n) => ({
      email: `${n}@example.com`,
      app_metadata: { text: 'x'.repeat(500) },
    }));
    expect(await (await send(JSON.stringify(records))).json()).toMatchObject({ inserted: 300, failed: 0 });
  });

  it('T37: not without the secret', async () => {
    expect((await send('[{"email":"a@example.com"}]', '', 'guess')).status).toBe(401);
    expect(await test.tenant.control.users.list()).toEqual([]);
  });
});
