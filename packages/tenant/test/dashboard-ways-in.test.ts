import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleConfig } from '../src/config/sample.ts';
import type { Browser, Page } from './support/browser.ts';
import { type ProtocolTest, startProtocolTest } from './support/protocol.ts';

/** What the dashboard of the sample shows of ways in, second factors and blocks. */

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest(sampleConfig);
});
afterAll(() => test.close());

const at = (path: string) => new URL(path, test.issuer);
const open = async (tab: string): Promise<{ browser: Browser; page: Page }> => {
  const browser = test.browser();
  await browser.open(at(`/__tenant?secret=${test.tenant.context.controlSecret}`));
  return { browser, page: await browser.open(at(`/__tenant${tab}`)) };
};
const authorize = (changes: Record<string, string | undefined> = {}) =>
  test.authorizeUrl({
    client_id: 'postern-spa',
    redirect_uri: 'http://localhost:5173/callback',
    audience: undefined,
    scope: 'openid',
    ...changes,
  });
const kim = { username: 'mfa@example.com', password: 'Correct-Horse-42' };

it('Overview lists every way in, and the sample people', async () => {
  const { page } = await open('');
  for (const { name } of test.tenant.context.registry.config.connections) expect(page.html).toContain(`<code>${name}<`);
  for (const text of ['user@example.com', 'mfa@example.com', 'Correct-Horse-42', 'SAMPLERECOVERYCODE123456']) {
    expect(page.html).toContain(text);
  }
});

describe('Devices', () => {
  it('shows the code of an authenticator app, which logs in', async () => {
    const { page } = await open('/devices');
    const code = /data-copy="(\d{6})"/.exec(page.html)?.[1] ?? '';
    const browser = test.browser();
    const asked = await browser.logIn(authorize(), kim);
    expect(asked.url.pathname).toBe('/u/mfa/otp');
    const done = await browser.submit(asked, { code }, 'verify');
    expect(done.callback?.searchParams.get('code')).toBeTruthy();
  });

  it.each([
    ['approved', '/u/mfa/new-recovery-code'],
    ['denied', '/u/mfa/enroll/push'],
  ])('a question that is %s leads to %s', async (answer, path) => {
    await test.tenant.control.reset();
    const person = test.browser();
    const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
    const choices = await person.logIn(authorize({ acr_values: acr }));
    expect(choices.url.pathname).toBe('/u/mfa/enroll');
    const asked = await person.submit(choices, {}, 'push');
    const { browser, page } = await open('/devices');
    expect(page.html).toContain('Approve the login of user@example.com');
    const answered = await browser.submit(page, {}, answer);
    expect(answered.html).toContain(`The login was ${answer}.`);
    expect(answered.html).toContain('Nothing is asked.');
    expect((await person.submit(asked, {}, 'check')).url.pathname).toBe(path);
  });

  it('T37: nobody answers without the secret', async () => {
    const { page } = await open('/devices');
    expect((await test.browser().open(at('/__tenant/devices'))).status).toBe(401);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? 'none';
    const body = new URLSearchParams({ csrf, id: 'x', answer: 'approved' });
    expect((await test.browser().open(at('/__tenant/devices/answer'), { method: 'POST', body })).status).toBe(401);
  });
});

it('Users shows second factors, and removes them', async () => {
  await test.tenant.control.reset();
  const { browser, page } = await open('/users?search=mfa');
  expect(page.html).toContain('Authenticator app');
  expect(page.html).toContain('Recovery code');
  expect(page.html).not.toContain('JBSWY3DPEHPK3PXP');
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  const body = new URLSearchParams({ csrf, id: 'auth0|mfa' });
  const done = await browser.open(at('/__tenant/users/unenroll'), { method: 'POST', body });
  expect(done.html).toContain('has no second factor any more');
  const login = await test.browser().logIn(authorize(), kim);
  expect(login.callback?.searchParams.get('code')).toBeTruthy();
});

describe('Protection', () => {
  const attempt = async (username: string, password: string) =>
    test.browser().logIn(authorize(), { username, password });

  it('lists who is blocked, known or not, explains it, and lets them in again', async () => {
    await test.tenant.control.reset();
    for (let n = 0; n < 10; n++) {
      await attempt('user@example.com', 'Wrong-Horse-1');
      await attempt('ghost@example.com', 'Wrong-Horse-1');
    }
    expect((await attempt('user@example.com', 'Correct-Horse-42')).status).toBe(429);
    const { browser, page } = await open('/protection');
    for (const text of ['user@example.com', 'ghost@example.com', 'Nobody has this identifier', 'password_leaked']) {
      expect(page.html).toContain(text);
    }
    const key = /name="key" value="([^"]*auth0\|sample[^"]*)"/.exec(page.html)?.[1]?.replaceAll('&quot;', '"') ?? '';
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const body = new URLSearchParams({ csrf, key });
    const after = await browser.open(at('/__tenant/protection/unblock'), { method: 'POST', body });
    expect(after.html).toContain('The next attempt is let through.');
    expect(after.html).not.toContain('user@example.com');
    expect(after.html).toContain('ghost@example.com');
    expect((await attempt('user@example.com', 'Correct-Horse-42')).callback).toBeDefined();
  });

  it('forgets a block that a new password ended', async () => {
    await test.tenant.control.reset();
    for (let n = 0; n < 10; n++) await attempt('user@example.com', 'Wrong-Horse-1');
    expect((await open('/protection')).page.html).toContain('Unblock user@example.com');
    await test.tenant.control.users.update('auth0|sample', { password: 'Another-Horse-43' });
    expect((await open('/protection')).page.html).not.toContain('Unblock user@example.com');
  });

  it('lists addresses that are slowed down, and lets them try again', async () => {
    await test.tenant.control.reset();
    for (let n = 0; n < 100; n++) {
      await test.tenant.context.store.counters.takeFromBucket(
        'address:login:203.0.113.9',
        { capacity: 100, refillMs: 864_000 },
        test.tenant.context.clock.now(),
      );
    }
    const { browser, page } = await open('/protection');
    expect(page.html).toContain('203.0.113.9');
    const after = await browser.submit(page);
    expect(after.html).not.toContain('203.0.113.9');
  });
});
