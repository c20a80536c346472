import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TenantConfigInput } from '../src/config/schema.ts';
import { type DirectTest, database, directConfig, otpGrant, startDirectTest } from './support/direct.ts';
import { secret } from './support/protocol.ts';

const bruteForceText =
  "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via your preferred contact method with instructions on how to unblock it.";
const suspiciousText =
  'We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.';
const rateText = 'Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.';

let test: DirectTest;
const start = async (changes: Partial<TenantConfigInput> = {}) => {
  await test?.close();
  test = await startDirectTest(changes);
  // What is used up comes back with time, and a slow machine takes its time.
  test.tenant.context.clock.set(Date.now());
};
const wrong = (changes: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  test.realm({ password: 'Wrong-Horse-42', ...changes }, headers);
/** A login through a server that names its visitor's address. */
const from = (address: string, changes: Record<string, unknown> = {}) =>
  test.realm({ client_id: 'server', client_secret: secret, ...changes }, { 'auth0-forwarded-for': address });

afterEach(() => test.close());

describe('brute force', () => {
  beforeEach(() => start({ attackProtection: { maxAttempts: 3, blockDuration: 600 } }));

  const block = async (login: (n: number) => Promise<unknown> = () => wrong()) => {
    for (let n = 0; n < 3; n++) await login(n);
  };

  it('the sample blocks after ten wrong passwords in a row: 429 too_many_attempts', async () => {
    await start({ attackProtection: {} });
    for (let n = 0; n < 10; n++) expect((await wrong()).status).toBe(403);
    const blocked = await test.realm();
    expect(blocked.status).toBe(429);
    expect(blocked.body).toEqual({ error: 'too_many_attempts', error_description: bruteForceText });
  });

  it('refuses even the right password, whether asked by e-mail or username', async () => {
    await block();
    expect((await test.realm()).status).toBe(429);
    expect((await test.realm({ username: 'ada' })).status).toBe(429);
    expect((await test.realm({ username: 'grace@example.com', password: 'Compiler-Horse-42' })).status).toBe(200);
  });

  it('a right password in between starts the count anew', async () => {
    await wrong();
    await wrong();
    expect((await test.realm()).status).toBe(200);
    await wrong();
    await wrong();
    expect((await test.realm()).status).toBe(200);
  });

  it('blocks an unknown user as well, so that a block tells nothing', async () => {
    await block(() => wrong({ username: 'nobody@example.com' }));
    const answer = await wrong({ username: 'nobody@example.com' });
    expect(answer.body).toEqual({ error: 'too_many_attempts', error_description: bruteForceText });
    expect(await test.tenant.control.outbox.list({ to: 'nobody@example.com' })).toEqual([]);
  });

  it('the link in the mail unblocks once, and the mail is sent once', async () => {
    await block();
    await wrong();
    await wrong();
    const mails = await test.tenant.control.outbox.list({ to: 'ada@example.com', template: 'blocked_account' });
    expect(mails).toHaveLength(1);
    const link = mails[0]?.link ?? '';
    const browser = test.browser();
    const page = await browser.open(link);
    expect((await test.realm()).status).toBe(429);
    expect((await browser.submit(page)).status).toBe(200);
    expect((await test.realm()).status).toBe(200);
    expect((await browser.open(link)).status).toBe(400);
  });

  it('ends by the clock, and not before', async () => {
    await block();
    await test.advance(590_000);
    expect((await test.realm()).status).toBe(429);
    await test.advance(20_000);
    expect((await test.realm()).status).toBe(200);
  });

  it('ends with a new password', async () => {
    await block();
    await test.tenant.control.users.update('auth0|ada', { password: 'Analytical-Horse-43' });
    expect((await test.realm({ password: 'Analytical-Horse-43' })).status).toBe(200);
  });

  it('counts per user and address: elsewhere the user gets in', async () => {
    await block(() => from('203.0.113.7', { password: 'Wrong-1' }));
    expect((await from('203.0.113.7')).status).toBe(429);
    expect((await from('203.0.113.8')).status).toBe(200);
  });

  it('per-user blocks from everywhere', async () => {
    await start({ attackProtection: { maxAttempts: 3, mode: 'per-user' } });
    await block((n) => from(`203.0.113.${n}`, { password: 'Wrong-1' }));
    expect((await from('203.0.113.9')).status).toBe(429);
  });

  it('of many guesses at once, no more than the limit can find the password', async () => {
    const guesses = Array.from({ length: 12 }, () => wrong());
    await Promise.all(guesses);
    expect((await test.realm()).status).toBe(429);
  });

  it('right passwords of one user at once all get in', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => test.realm()));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
  });

  it('is shared with the login page', async () => {
    await block();
    const page = await test.browser().logIn(test.authorizeUrl({ client_id: 'app' }), {
      username: 'ada@example.com',
      password: 'Engine-Horse-42',
    });
    expect(page.html).toContain('blocked after multiple consecutive login attempts');
  });
});

describe('auth0-forwarded-for', () => {
  beforeEach(() => start({ attackProtection: { maxAttempts: 2 } }));

  it.each([
    ['a public client', { client_id: 'app' }],
    ['a server without trustForwardedFor', { client_id: 'wary-server', client_secret: secret }],
  ])('means nothing from %s', async (_who, client) => {
    for (let n = 0; n < 2; n++) await wrong(client, { 'auth0-forwarded-for': `203.0.113.${n}` });
    expect((await test.realm(client, { 'auth0-forwarded-for': '203.0.113.99' })).status).toBe(429);
  });

  it('means nothing when it is no address', async () => {
    for (let n = 0; n < 2; n++) await from(`nonsense-${n}`, { password: 'Wrong-1' });
    expect((await from('nonsense-9')).status).toBe(429);
  });
});

describe('a suspicious address', () => {
  const attackProtection = { suspiciousAddress: { login: { attempts: 4, refill: 100 } } };
  const spray = async () => {
    for (let n = 0; n < 4; n++) expect((await wrong({ username: `person-${n}@example.com` })).status).toBe(403);
  };

  it('by default may fail 100 times, then once every 864 s', async () => {
    await start();
    const { login } = test.tenant.context.registry.config.attackProtection.suspiciousAddress;
    expect(login).toEqual({ attempts: 100, refill: 864 });
  });

  it('that tried many accounts is slowed down, right passwords included', async () => {
    await start({ attackProtection });
    await spray();
    const answer = await test.realm();
    expect(answer.status).toBe(429);
    expect(answer.body).toEqual({ error: 'too_many_attempts', error_description: suspiciousText });
    expect((await from('203.0.113.7')).status).toBe(200);
  });

  it('gets one more try after the refill, and only one', async () => {
    await start({ attackProtection });
    await spray();
    await test.advance(101_000);
    expect((await wrong({ username: 'person-5@example.com' })).status).toBe(403);
    expect((await test.realm()).status).toBe(429);
    await test.advance(101_000);
    expect((await test.realm()).status).toBe(200);
    expect((await test.realm()).status).toBe(200);
  });

  it('is one for codes, too', async () => {
    await start({ attackProtection });
    await spray();
    const answer = await test.json('/oauth/token', {
      grant_type: otpGrant,
      client_id: 'app',
      username: 'ada@example.com',
      otp: '000000',
      realm: 'email',
    });
    expect(answer.body).toEqual({ error: 'too_many_attempts', error_description: suspiciousText });
  });

  it('can be switched off', async () => {
    await start({ attackProtection: { suspiciousAddress: { ...attackProtection.suspiciousAddress, enabled: false } } });
    await spray();
    expect((await test.realm()).status).toBe(200);
  });

  it('that signs up many people is slowed down: 50, then one every 1.2 s by default', async () => {
    await start({ attackProtection: { suspiciousAddress: { signup: { attempts: 2, refill: 1.2 } } } });
    const signUp = (n: number) =>
      test.json('/dbconnections/signup', {
        client_id: 'app',
        connection: 'Staff',
        email: `new-${n}@example.com`,
        password: 'Fresh-Horse-42',
      });
    expect([(await signUp(1)).status, (await signUp(2)).status]).toEqual([200, 200]);
    const answer = await signUp(3);
    expect(answer.status).toBe(429);
    expect(answer.body.error).toBe('too_many_requests');
    await test.advance(1_200);
    expect((await signUp(3)).status).toBe(200);
    await start();
    expect(test.tenant.context.registry.config.attackProtection.suspiciousAddress.signup).toEqual({
      attempts: 50,
      refill: 1.2,
    });
  });
});

describe('the sign-up page', () => {
  it('slows an address down like the endpoint', async () => {
    await start({ attackProtection: { suspiciousAddress: { signup: { attempts: 1, refill: 60 } } } });
    const signUp = async (n: number) => {
      const browser = test.browser();
      const url = test.authorizeUrl({ client_id: 'app', connection: 'Staff', screen_hint: 'signup' });
      const page = await browser.open(url);
      return browser.submit(page, { email: `page-${n}@example.com`, password: 'Fresh-Horse-42' });
    };
    expect((await signUp(1)).callback?.searchParams.get('code')).toBeTruthy();
    expect((await signUp(2)).html).toContain('Too many people signed up from here');
    expect(await test.tenant.control.users.list({ search: 'page-2' })).toEqual([]);
    await test.advance(60_000);
    expect((await signUp(2)).callback?.searchParams.get('code')).toBeTruthy();
  });
});

describe('breached passwords', () => {
  const leaked = { username: 'leaked@example.com', password: 'Breached-Horse-42' };

  it('are refused although right: 401 password_leaked, with a reset link by mail', async () => {
    await start();
    const answer = await test.realm(leaked);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe('password_leaked');
    expect(answer.body.error_description).toContain('check your email');
    const mail = await test.newest('leaked@example.com');
    expect(mail.template).toBe('password_leaked');
    expect((await fetch(mail.link ?? '')).status).toBe(200);
    expect(JSON.stringify([answer.body, mail])).not.toContain('Breached-Horse-42');
  });

  it('are told only to who knows the password', async () => {
    await start();
    expect((await test.realm({ ...leaked, username: 'ada@example.com' })).body.error).toBe('invalid_grant');
    expect((await test.realm({ ...leaked, username: 'nobody@example.com' })).body.error).toBe('invalid_grant');
  });

  it('cannot be chosen at sign-up', async () => {
    await start();
    const answer = await test.json('/dbconnections/signup', {
      client_id: 'app',
      connection: 'Staff',
      email: 'new@example.com',
      password: 'Breached-Horse-42',
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ name: 'PasswordLeakedError', code: 'password_leaked', statusCode: 400 });
  });

  it('can be added to, and switched off', async () => {
    await start({ attackProtection: { breachedPasswords: { passwords: ['Engine-Horse-42'] } } });
    expect((await test.realm()).body.error).toBe('password_leaked');
    await start({ attackProtection: { breachedPasswords: { enabled: false } } });
    expect((await test.realm(leaked)).status).toBe(200);
  });
});

describe('rate limits', () => {
  const limitsOf = ({ headers }: { headers: Headers }) =>
    ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after'].map((name) => headers.get(name));

  it('/userinfo always says how many are left', async () => {
    await start({ rateLimits: { userinfo: { burst: 2, perMinute: 5 } } });
    const { access_token: token } = (await test.realm()).body;
    const first = await test.userinfo(String(token));
    expect(limitsOf(first).slice(0, 2)).toEqual(['2', '1']);
    await test.userinfo(String(token));
    const refused = await test.userinfo(String(token));
    expect(refused.status).toBe(429);
    expect(await refused.json()).toEqual({ error: 'too_many_requests', error_description: rateText });
    const [, remaining, reset, retryAfter] = limitsOf(refused);
    expect(remaining).toBe('0');
    expect(Number(reset)).toBeGreaterThan(test.tenant.context.clock.seconds());
    expect(retryAfter).toBe('12');
    await test.advance(12_000);
    expect((await test.userinfo(String(token))).status).toBe(200);
    expect((await test.userinfo(String(token))).status).toBe(429);
  });

  it('/oauth/token and JWKS have one where the configuration says so', async () => {
    await start({ rateLimits: { token: { burst: 2, perMinute: 60 }, jwks: { burst: 1, perMinute: 60 } } });
    expect(limitsOf(await test.realm()).slice(0, 2)).toEqual(['2', '1']);
    await wrong();
    const refused = await test.realm();
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({ error: 'too_many_requests', error_description: rateText });
    expect(limitsOf(refused)[3]).toBe('1');
    const jwks = new URL('/.well-known/jwks.json', test.issuer);
    expect([(await fetch(jwks)).status, (await fetch(jwks)).status]).toEqual([200, 429]);
    await test.advance(1_000);
    expect((await fetch(jwks)).status).toBe(200);
  });

  it('logins of one user from one address can be limited, right ones included', async () => {
    await start({ rateLimits: { login: { burst: 2, perMinute: 10 } } });
    await test.realm();
    await test.realm();
    const refused = await test.realm();
    expect([refused.status, refused.body.error]).toEqual([429, 'too_many_requests']);
    expect((await test.realm({ username: 'grace@example.com', password: 'Compiler-Horse-42' })).status).toBe(200);
    await test.advance(6_000);
    expect((await test.realm()).status).toBe(200);
  });

  it('the login page shares the limit of logins', async () => {
    await start({ rateLimits: { login: { burst: 2, perMinute: 10 } } });
    await test.realm();
    const onPage = async () => {
      const browser = test.browser();
      const page = await browser.open(test.authorizeUrl({ client_id: 'app', connection: database }));
      return browser.submit(page, { username: 'ada@example.com', password: 'Engine-Horse-42' });
    };
    expect((await onPage()).callback?.searchParams.get('code')).toBeTruthy();
    const refused = await onPage();
    expect([refused.status, refused.callback]).toEqual([429, undefined]);
    expect(refused.html).toContain('too often');
    await test.advance(6_000);
    expect((await onPage()).callback?.searchParams.get('code')).toBeTruthy();
  });

  it('the page that mails a reset link shares the limit of /dbconnections/change_password', async () => {
    await start({ rateLimits: { changePassword: { burst: 2, perMinute: 1 } } });
    const email = 'ada@example.com';
    await test.json('/dbconnections/change_password', { client_id: 'app', connection: database, email });
    const onPage = async (address = email) => {
      const browser = test.browser();
      const login = await browser.open(test.authorizeUrl({ client_id: 'app', connection: database }));
      const forgot = await browser.open(new URL(`/u/reset-password/request${login.url.search}`, test.issuer));
      return browser.submit(forgot, { email: address });
    };
    expect((await onPage()).url.pathname).toBe('/u/reset-password/sent');
    const refused = await onPage('ADA@example.com');
    expect([refused.status, refused.url.pathname]).toEqual([429, '/u/reset-password/request']);
    expect(await test.tenant.control.outbox.list({ to: email })).toHaveLength(2);
    expect((await onPage('grace@example.com')).url.pathname).toBe('/u/reset-password/sent');
  });

  it('an answer without a limit has no such headers', async () => {
    await start();
    expect(limitsOf(await test.realm())).toEqual([null, null, null, null]);
  });

  it('browsers of the app may read them', async () => {
    await start({ rateLimits: { token: { burst: 1, perMinute: 60 } } });
    const origin = 'https://app.example.test';
    const answer = await test.realm({}, { origin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-ratelimit-remaining');
    expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
  });
});

describe('the buckets', () => {
  it('cannot be drained below empty by calls at once', async () => {
    await start();
    const { counters } = test.tenant.context.store;
    const bucket = { capacity: 5, refillMs: 1_000 };
    const taken = await Promise.all(Array.from({ length: 20 }, () => counters.takeFromBucket('k', bucket, 10_000)));
    expect(taken.filter(Boolean)).toHaveLength(5);
    expect(await counters.lookAtBucket('k', bucket, 10_000)).toEqual({ remaining: 0, fullAt: 15_000, nextAt: 11_000 });
    expect(await counters.takeFromBucket('k', bucket, 10_999)).toBe(false);
    expect(await counters.takeFromBucket('k', bucket, 11_000)).toBe(true);
    expect(await counters.lookAtBucket('unknown', bucket, 5)).toEqual({ remaining: 5, fullAt: 5, nextAt: 5 });
  });

  it('a configuration that cannot be used is refused', async () => {
    await start();
    const bad = { ...directConfig, rateLimits: { token: { burst: 0, perMinute: 1 } } };
    await expect(startDirectTest(bad)).rejects.toThrow('rateLimits.token.burst');
  });
});
