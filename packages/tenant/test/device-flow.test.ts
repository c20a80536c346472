import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, type Page, readForm } from './support/browser.ts';
import { api, claimsOf, type ProtocolTest, protocolConfig, startProtocolTest } from './support/protocol.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const user = { username: 'user@example.com', password: 'Correct-Horse-42' };

let test: ProtocolTest;
let browser: Browser;
beforeEach(async () => {
  test = await startProtocolTest({
    ...protocolConfig,
    clients: [
      ...(protocolConfig.clients ?? []),
      {
        clientId: 'tv',
        name: 'Notes on the TV',
        type: 'native',
        grantTypes: ['authorization_code', 'refresh_token', deviceGrant],
      },
      { clientId: 'other-tv', name: 'Another TV', type: 'native', grantTypes: [deviceGrant] },
      { clientId: 'web-tv', name: 'A TV in a browser', type: 'spa', grantTypes: [deviceGrant] },
    ],
  });
  test.tenant.context.clock.set(Date.now());
  browser = test.browser();
});
afterEach(() => test.close());

interface Device {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
}

const ask = (changes: Record<string, string> = {}) =>
  test.post('/oauth/device/code', {
    client_id: 'tv',
    scope: 'openid email offline_access read:notes',
    audience: api,
    ...changes,
  });
const begin = async (changes?: Record<string, string>) => (await ask(changes)).body as unknown as Device;
const poll = (device: Device, changes: Record<string, string> = {}) =>
  test.post('/oauth/token', {
    grant_type: deviceGrant,
    client_id: 'tv',
    device_code: device.device_code,
    ...changes,
  });
const answerOf = async (device: Device, changes?: Record<string, string>) => {
  const { status, body } = await poll(device, changes);
  return [status, body.error ?? 'tokens'];
};
const wait = (seconds: number) => test.tenant.context.clock.advance(seconds * 1000);
/** Enters the code and signs in; the page that asks to allow it. */
async function enter(device: Device, typed = device.user_code): Promise<Page> {
  const page = await browser.open(device.verification_uri);
  const next = await browser.submit(page, { user_code: typed });
  return next.url.pathname === '/u/login' ? browser.submit(next, user) : next;
}

describe('the device flow', () => {
  it('gives tokens once, to the device, after a person allowed it', async () => {
    const { status, body, headers } = await ask();
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${test.issuer}activate`,
      verification_uri_complete: `${test.issuer}activate?user_code=${body.user_code}`,
      expires_in: 900,
      interval: 5,
    });
    const device = body as unknown as Device;
    expect(await answerOf(device)).toEqual([403, 'authorization_pending']);

    const consent = await enter(device);
    expect(consent.url.pathname).toBe('/u/consent');
    for (const text of ['Notes on the TV', device.user_code, 'See your notes', 'user@example.com']) {
      expect(consent.html).toContain(text);
    }
    const done = await browser.submit(consent, {}, 'allow');
    expect(done.html).toContain('Your device is connected');
    expect(done.callback).toBeUndefined();

    const tokens = (await poll(device)).body;
    expect(claimsOf(String(tokens.access_token))).toMatchObject({ sub: 'auth0|sample', azp: 'tv' });
    expect(claimsOf(String(tokens.id_token))).toMatchObject({ email: 'user@example.com', aud: 'tv' });
    expect((await test.refresh(String(tokens.refresh_token), { client_id: 'tv' })).status).toBe(200);
    expect(await answerOf(device)).toEqual([403, 'invalid_grant']);
  });

  it('of two polls at once after the consent one gets tokens', async () => {
    const device = await begin();
    await browser.submit(await enter(device), {}, 'allow');
    const answers = await Promise.all([answerOf(device), answerOf(device), answerOf(device)]);
    expect(answers.filter(([status]) => status === 200)).toHaveLength(1);
    expect(answers.filter(([, error]) => error === 'invalid_grant')).toHaveLength(2);
  });

  it('takes the code in any case and grouping, and fills in the one of the complete address', async () => {
    const device = await begin();
    const typed = device.user_code.toLowerCase().replace('-', '   ');
    expect((await enter(device, typed)).url.pathname).toBe('/u/consent');
    const page = await browser.open(device.verification_uri_complete);
    expect(readForm(page.html).fields.user_code).toBe(device.user_code);
    expect(page.html).toContain('Go on only if this is the code on a device in front of you.');
  });

  it('asks whoever is signed in already, too, and never allows by itself', async () => {
    await browser.logIn(test.authorizeUrl());
    const device = await begin();
    expect((await enter(device)).url.pathname).toBe('/u/consent');
    expect(await answerOf(device)).toEqual([403, 'authorization_pending']);
  });

  it('the session of the browser may end without the device', async () => {
    const device = await begin();
    await browser.submit(await enter(device), {}, 'allow');
    const tokens = (await poll(device)).body;
    await browser.open(new URL('/v2/logout?client_id=tv', test.issuer));
    expect((await test.refresh(String(tokens.refresh_token), { client_id: 'tv' })).status).toBe(200);
  });
});

describe('T30: polling', () => {
  it('slow_down adds five seconds for good', async () => {
    const device = await begin();
    expect(await answerOf(device)).toEqual([403, 'authorization_pending']);
    wait(4);
    const early = await poll(device);
    expect([early.status, early.body.error, early.headers.get('retry-after')]).toEqual([429, 'slow_down', '10']);
    expect(early.body.error_description).toBe('You are polling faster than the specified interval of 5 seconds.');
    wait(9);
    expect(await answerOf(device)).toEqual([429, 'slow_down']);
    wait(14);
    expect(await answerOf(device)).toEqual([429, 'slow_down']);
    wait(20);
    expect(await answerOf(device)).toEqual([403, 'authorization_pending']);
  });

  it('says expired_token exactly once', async () => {
    const device = await begin();
    wait(900);
    const answers = await Promise.all([answerOf(device), answerOf(device)]);
    expect(answers.map(([, error]) => error).sort()).toEqual(['expired_token', 'invalid_grant']);
    expect(await answerOf(device)).toEqual([403, 'invalid_grant']);
  });

  it('an expired user code opens nothing, and one that expires on the consent page allows nothing', async () => {
    const device = await begin();
    const consent = await enter(device);
    wait(900);
    const late = await browser.submit(consent, {}, 'allow');
    expect([late.status, late.html.includes('This code no longer works')]).toEqual([400, true]);
    expect(await answerOf(device)).toEqual([403, 'expired_token']);
    expect((await enter(device)).html).toContain('No device waits with that code');
  });

  it('says access_denied when the person does not allow it', async () => {
    const device = await begin();
    const refused = await browser.submit(await enter(device), {}, 'cancel');
    expect(refused.html).toContain('The device was not connected');
    const { body } = await poll(device);
    expect(body).toMatchObject({ error: 'access_denied' });
    expect(await answerOf(device)).toEqual([403, 'invalid_grant']);
  });

  it('says access_denied when the login is cancelled or the person is blocked', async () => {
    const [first, second] = [await begin(), await begin()];
    const login = await browser.submit(await browser.open(first.verification_uri), { user_code: first.user_code });
    expect(login.url.pathname).toBe('/u/login');
    await browser.submit(login, {}, 'cancel');
    expect(await answerOf(first)).toEqual([403, 'access_denied']);
    const again = await browser.submit(await browser.open(second.verification_uri), { user_code: second.user_code });
    await browser.submit(again, { username: 'blocked@example.com', password: 'Blocked-Horse-42' });
    expect((await poll(second)).body).toMatchObject({ error: 'access_denied', error_description: 'user is blocked' });
  });

  it('gives nothing once the person was blocked', async () => {
    const device = await begin();
    await browser.submit(await enter(device), {}, 'allow');
    await test.tenant.control.users.block('auth0|sample');
    expect(await answerOf(device)).toEqual([401, 'unauthorized']);
  });

  it('of two people with one code the first decides', async () => {
    const device = await begin();
    const mine = await enter(device);
    const other = test.browser();
    const entered = await other.submit(await other.open(device.verification_uri), { user_code: device.user_code });
    const theirs = await other.submit(entered, { username: 'other@example.com', password: 'Other-Horse-42' });
    await browser.submit(mine, {}, 'cancel');
    expect((await other.submit(theirs, {}, 'allow')).html).toContain('This code no longer works');
    expect(await answerOf(device)).toEqual([403, 'access_denied']);
  });
});

describe('T30: refuses', () => {
  it('device codes that are unknown, missing or another client’s', async () => {
    const device = await begin();
    expect(await answerOf(device, { device_code: 'x'.repeat(43) })).toEqual([403, 'invalid_grant']);
    expect(await answerOf(device, { device_code: '' })).toEqual([400, 'invalid_request']);
    expect(await answerOf(device, { client_id: 'other-tv' })).toEqual([403, 'invalid_grant']);
    expect(await answerOf(device, { device_code: device.user_code })).toEqual([403, 'invalid_grant']);
    expect(await answerOf(device)).toEqual([403, 'authorization_pending']);
  });

  it('clients without the grant, of another type, or unknown; APIs that are not there', async () => {
    for (const id of ['spa', 'native', 'web-tv']) {
      expect((await ask({ client_id: id })).body).toMatchObject({ error: 'unauthorized_client' });
    }
    expect((await ask({ client_id: 'nobody' })).status).toBe(401);
    expect((await ask({ audience: 'https://no.such.api' })).body).toMatchObject({ error: 'access_denied' });
  });

  it('more guesses of a user code than a person makes', async () => {
    const device = await begin();
    const page = await browser.open(device.verification_uri);
    for (let count = 0; count < 20; count++) {
      const wrong = await browser.submit(page, { user_code: `BBBB-${'BCDFGHJKLMNPQRSTVWXZ'[count]}BBB` });
      expect(wrong.status).toBe(400);
    }
    // Another browser gives no new tries, and the right code none either.
    const other = test.browser();
    const limited = await other.submit(await other.open(device.verification_uri), { user_code: device.user_code });
    expect([limited.status, limited.html.includes('Too many codes were tried')]).toEqual([429, true]);
    wait(15);
    expect((await enter(device)).url.pathname).toBe('/u/consent');
  });

  it('a form from elsewhere, and an empty one', async () => {
    const device = await begin();
    const response = await browser.request(new URL('/activate', test.issuer), {
      method: 'POST',
      body: new URLSearchParams({ user_code: device.user_code }),
    });
    expect(response.status).toBe(403);
    const page = await browser.open(device.verification_uri);
    expect((await browser.submit(page, { user_code: ' - ' })).html).toContain('Enter the code that your device shows.');
  });
});

it('T30: neither code is kept in the clear, nor told to the log', async () => {
  const device = await begin();
  await browser.submit(await enter(device), {}, 'allow');
  await poll(device);
  const { context } = test.tenant;
  const events = JSON.stringify(await context.events.list({ limit: 1000 }));
  for (const secret of [device.device_code, device.user_code, device.user_code.replace('-', '')]) {
    expect(events).not.toContain(secret);
  }
});
