import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from './support/browser.ts';
import { pagesConfig } from './support/pages.ts';
import { codeOf, type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest(pagesConfig);
});
beforeEach(() => test.tenant.control.reset());
afterAll(() => test.close());

const at = (path: string) => new URL(path, test.issuer);
const tabs = ['', '/users', '/sessions', '/outbox', '/devices', '/protection', '/events', '/controls'].map(
  (path) => `/__tenant${path}`,
);
const forms = [
  '/users/create',
  '/users/block',
  '/users/delete',
  '/users/unenroll',
  '/devices/answer',
  '/protection/unblock',
  '/protection/address',
  '/sessions/end',
  '/sessions/revoke',
  '/controls/clock',
  '/controls/rotate',
  '/controls/fault',
  '/controls/clear-faults',
];

async function openDashboard(): Promise<Browser> {
  const browser = test.browser();
  await browser.open(at(`/__tenant?secret=${test.tenant.context.controlSecret}`));
  return browser;
}

/** Posts one of a page's forms: the one with this action, and this id among its fields. */
async function post(browser: Browser, page: Page, path: string, fields: Record<string, string>) {
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  return browser.open(at(`/__tenant${path}`), { method: 'POST', body: new URLSearchParams({ csrf, ...fields }) });
}

describe('who may open it', () => {
  it('the secret becomes a cookie for this path alone, and leaves the address', async () => {
    const browser = test.browser();
    const response = await browser.request(at(`/__tenant?secret=${test.tenant.context.controlSecret}`));
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/__tenant');
    const [cookie = ''] = browser.setCookies;
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/__tenant']) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain(test.tenant.context.controlSecret);
    const page = await browser.open(at('/__tenant'));
    expect(page.status).toBe(200);
    expect(page.html).toContain('<title>Overview · Acme Test</title>');
  });

  it.each([
    ['nothing', '', undefined],
    ['a wrong secret', '?secret=wrong', undefined],
    ['an empty secret', '?secret=', undefined],
    ['a made-up cookie', '', 'made-up'],
  ])('T37: with %s there is only a page that says how to open it', async (_what, query, cookie) => {
    await test.tokens();
    for (const tab of [...tabs, '/__tenant/outbox/1', '/__tenant/events/stream']) {
      const browser = test.browser();
      if (cookie !== undefined) browser.cookies.set(`postern_dashboard_${at('/').port}`, cookie);
      const page = await browser.open(at(`${tab}${query}`));
      expect(page.status, tab).toBe(401);
      expect(page.html).toContain('The dashboard is locked');
      expect(page.html).toContain('/__tenant?secret=…');
      expect(page.html).not.toMatch(/user@example\.com|auth0\||Notebook/);
      expect(browser.setCookies).toEqual([]);
    }
  });

  it('T37: no form works without the secret', async () => {
    const stranger = test.browser();
    const page = await (await openDashboard()).open(at('/__tenant/users'));
    for (const form of forms) {
      const answer = await post(stranger, page, form, { id: 'auth0|sample', blocked: 'true', advance: '1000' });
      expect(answer.status, form).toBe(401);
    }
    expect((await test.tenant.control.users.get('auth0|sample')).blocked).toBe(false);
  });

  it('T37: no form works without its CSRF token, or when another site sent it', async () => {
    const browser = await openDashboard();
    const page = await browser.open(at('/__tenant/users'));
    for (const form of forms) {
      const forged = await post(browser, page, form, { csrf: 'made-up', id: 'auth0|sample', blocked: 'true' });
      expect(forged.status, form).toBe(403);
    }
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const foreign = await browser.open(at('/__tenant/users/delete'), {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ csrf, id: 'auth0|sample' }),
    });
    expect(foreign.status).toBe(403);
    expect((await test.tenant.control.users.get('auth0|sample')).blocked).toBe(false);
  });

  it('T37: it answers no CORS, even for a registered web origin, and may not be framed', async () => {
    const browser = await openDashboard();
    for (const tab of tabs) {
      const page = await browser.open(at(tab), { headers: { origin: 'https://app.example.test' } });
      expect(page.headers.get('access-control-allow-origin')).toBeNull();
      expect(page.headers.get('x-frame-options')).toBe('DENY');
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(page.headers.get('cache-control')).toBe('no-store');
    }
    const preflight = await fetch(at('/__tenant/users/delete'), {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.test', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('shows no token, hash, secret or password on any tab', async () => {
    const tokens = await test.tokens();
    const opaque = await test.tokens({ audience: undefined });
    const user = await test.tenant.context.store.users.get('auth0|sample');
    const session = (await test.tenant.context.store.sessions.list())[0];
    const browser = await openDashboard();
    const secrets = [
      tokens.access_token,
      tokens.refresh_token,
      tokens.id_token,
      opaque.access_token,
      user?.passwordHash,
      test.tenant.context.controlSecret,
      'Blocked-Horse-42',
      session?.id,
    ];
    for (const tab of tabs) {
      const { html } = await browser.open(at(tab));
      // The session's id is in the form that ends it, shortened everywhere else.
      for (const secret of tab.endsWith('/sessions') ? secrets.slice(0, -1) : secrets)
        expect(html).not.toContain(secret);
    }
  });
});

describe('tabs', () => {
  it('Overview: what to copy into an app', async () => {
    const { html } = await (await openDashboard()).open(at('/__tenant'));
    for (const text of [
      test.issuer,
      'Notebook',
      'pages',
      'https://app.example.test/callback',
      'https://api.postern.test',
      'useAuth0',
    ])
      expect(html).toContain(text);
  });

  it('Users: finds, creates, blocks, unblocks and deletes', async () => {
    const browser = await openDashboard();
    const found = await browser.open(at('/__tenant/users?search=ada'));
    expect(found.html).toContain('ada@example.com');
    expect(found.html).not.toContain('user@example.com');

    const created = await post(browser, found, '/users/create', {
      email: 'made@example.com',
      password: 'short',
      connection: 'Plain',
    });
    expect(created.html).toContain('The user was created.');
    expect(created.html).toContain('made@example.com');
    const [made] = await test.tenant.context.store.users.findByEmail('made@example.com');
    const id = made?.id ?? '';

    const tokens = await test.tokens();
    const blocked = await post(browser, created, '/users/block', { id: 'auth0|sample', blocked: 'true' });
    expect(blocked.html).toContain('The user is blocked');
    expect((await test.refresh(tokens.refresh_token)).status).not.toBe(200);
    const unblocked = await post(browser, blocked, '/users/block', { id: 'auth0|sample', blocked: 'false' });
    expect(unblocked.html).toContain('The user can log in again.');
    codeOf(await test.browser().logIn(test.authorizeUrl()));

    const deleted = await post(browser, unblocked, '/users/delete', { id });
    expect(deleted.html).toContain('The user is gone.');
    expect(deleted.html).not.toContain('made@example.com');
  });

  it.each([
    [
      '/users/create',
      { email: 'user@example.com', password: 'x', connection: 'Username-Password-Authentication' },
      'already exists',
    ],
    ['/users/create', { email: 'nonsense', password: 'x', connection: 'Plain' }, 'email'],
    ['/users/create', { email: 'a@example.com', password: 'x', connection: 'Nowhere' }, 'Nowhere'],
    ['/users/delete', { id: 'auth0|nobody' }, 'There is no user'],
    ['/users/block', { id: 'auth0|nobody', blocked: 'true' }, 'There is no user'],
    ['/users/unenroll', { id: 'auth0|nobody' }, 'There is no user'],
    ['/devices/answer', { id: 'nothing', answer: 'approved' }, 'answered already'],
    ['/protection/unblock', { key: 'login:{}' }, 'over already'],
    ['/protection/address', { activity: 'x', address: 'y' }, 'nothing addresses are slowed down for'],
    ['/sessions/end', { id: 'nothing' }, 'There is no session'],
    ['/sessions/revoke', { id: 'nothing' }, 'There is no refresh-token family'],
    ['/controls/clock', { advance: 'soon' }, 'advance'],
    ['/controls/fault', { kind: 'drop', path: 'oauth' }, 'must be a path'],
    ['/controls/fault', { kind: 'delay', path: '/x', ms: '-1' }, 'ms'],
    ['/controls/fault', { kind: 'id_token', claim: 'name' }, 'not a fault'],
    ['/controls/fault', { kind: 'explode', path: '/x' }, 'not a fault'],
  ])('%s with %j says what is wrong', async (path, fields, message) => {
    const browser = await openDashboard();
    const page = await post(browser, await browser.open(at('/__tenant/users')), path, fields);
    expect(page.status).toBe(400);
    expect(/class="notice notice-failed" role="status">([^<]*)</.exec(page.html)?.[1]).toContain(message);
  });

  it('Sessions: shows a family’s life, ends sessions and revokes families', async () => {
    test.tenant.context.clock.set(Date.now());
    const own = test.browser();
    const tokens = await test.tokens({}, own);
    const renewed = await test.refresh(tokens.refresh_token);
    const browser = await openDashboard();
    const page = await browser.open(at('/__tenant/sessions'));
    expect(page.html).toContain('renewed once');
    expect(page.html).toMatch(/<svg[^>]*role="img" aria-label="Login now, last used now. Ends in 30 days."/);
    const [family] = await test.tenant.context.store.refreshTokens.list();
    const revoked = await post(browser, page, '/sessions/revoke', { id: family?.id ?? '' });
    expect(revoked.html).toContain('Why it ended: revoked through the control API.');
    expect((await test.refresh(String(renewed.body.refresh_token))).status).toBe(403);

    const [session] = await test.tenant.context.store.sessions.list();
    const ended = await post(browser, revoked, '/sessions/end', { id: session?.id ?? '' });
    expect(ended.html).toContain('The session has ended.');
    const silent = await own.open(test.authorizeUrl({ prompt: 'none' }));
    expect(silent.callback?.searchParams.get('error')).toBe('login_required');
    test.tenant.context.clock.reset();
  });

  it('Outbox: the link to open, and the mail in a sandbox that runs nothing', async () => {
    const browser = await openDashboard();
    expect((await browser.open(at('/__tenant/outbox'))).html).toContain('Nothing yet.');
    const message = await test.tenant.context.outbox.send({
      channel: 'email',
      to: 'a@example.com',
      template: 'test',
      subject: '<b>Subject</b>',
      text: 'text',
      html: '<script>alert(1)</script><p>Hello</p>',
      link: `${test.issuer}u/reset-password?ticket=t`,
      code: '123456',
    });
    const { html } = await browser.open(at('/__tenant/outbox'));
    expect(html).toContain('&lt;b&gt;Subject&lt;/b&gt;');
    expect(html).toContain('123456');
    expect(html).toContain(`href="${message.link}"`);
    expect(html).toMatch(/<iframe[^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    const mail = await browser.open(at(`/__tenant/outbox/${message.id}`));
    const policy = mail.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/sandbox(?![^;]*allow-(scripts|same-origin|forms))/);
    expect(policy).toContain("frame-ancestors 'self'");
    expect((await browser.open(at(`/__tenant/outbox/${message.id + 1}`))).status).toBe(404);
  });

  it('Events: explains failures, filters, and works as a plain list', async () => {
    await test.browser().open(test.authorizeUrl({ redirect_uri: 'https://evil.example/callback' }));
    await test.tokens();
    const browser = await openDashboard();
    const all = await browser.open(at('/__tenant/events'));
    expect(all.html).toContain('redirect_uri https://evil.example/callback is not registered for client spa');
    expect(all.html).toContain('login.success');
    const failures = await browser.open(at('/__tenant/events?outcome=failure'));
    expect(failures.html).toContain('authorize.rejected');
    expect(failures.html).not.toContain('login.success');
    const logins = await browser.open(at('/__tenant/events?type=login'));
    expect(logins.html).toContain('login.success');
    expect(logins.html).not.toContain('authorize.rejected');
  });

  it('Controls: clock, keys and faults', async () => {
    const browser = await openDashboard();
    const page = await browser.open(at('/__tenant/controls'));
    const before = test.tenant.context.clock.now();
    await post(browser, page, '/controls/clock', { advance: '3600000' });
    expect(test.tenant.context.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
    const stopped = await post(browser, page, '/controls/clock', { action: 'stop' });
    expect(stopped.html).toContain('the clock stands still');
    const frozen = test.tenant.context.clock.now();
    await post(browser, page, '/controls/clock', { action: 'run' });
    expect(test.tenant.control.clock.get().stopped).toBe(false);
    expect(test.tenant.context.clock.now()).toBeGreaterThanOrEqual(frozen);
    await post(browser, page, '/controls/clock', { action: 'reset' });
    expect(test.tenant.context.clock.now() - before).toBeLessThan(3_600_000);

    const fault = { kind: 'respond', path: '/userinfo', status: '503', ms: '3000' };
    const waiting = await post(browser, page, '/controls/fault', fault);
    expect(waiting.html).toContain('The next answer to /userinfo has status 503.');
    expect((await fetch(at('/userinfo'))).status).toBe(503);
    expect((await fetch(at('/userinfo'))).status).toBe(401);
    await post(browser, page, '/controls/fault', { kind: 'id_token', claim: 'nonce' });
    expect(test.tenant.control.faults.list()).toHaveLength(1);
    await post(browser, page, '/controls/clear-faults', {});
    expect(test.tenant.control.faults.list()).toEqual([]);

    const kids = async () => (await test.tenant.context.keys.jwks()).keys.map(({ kid }) => kid);
    const old = await kids();
    await post(browser, page, '/controls/rotate', {});
    expect(await kids()).not.toEqual(old);
  });
});

describe('the live log', () => {
  /** Reads events off a stream until `count` have come. */
  async function readStream(path: string, browser: Browser, headers: Record<string, string> = {}) {
    const stop = new AbortController();
    const response = await browser.request(at(path), { headers, signal: stop.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      response,
      async next(count: number) {
        while ((text.match(/\n\n/g) ?? []).length < count) {
          const chunk = await reader?.read();
          if (chunk === undefined || chunk.done) break;
          text += chunk.value;
        }
        return text
          .trim()
          .split('\n\n')
          .map((block) => ({
            id: Number(/^id: (.*)$/m.exec(block)?.[1]),
            ...JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}'),
          }));
      },
      close: () => stop.abort(),
    };
  }
  const say = (type: string, outcome: 'success' | 'failure' = 'success') =>
    test.tenant.context.events.record({ type, outcome, sentence: `${type} happened.` });

  it('sends what came since, then what comes, in order and once', async () => {
    const browser = await openDashboard();
    say('one.first');
    say('one.second');
    const [first] = await test.tenant.context.events.list({ type: 'one.first' });
    const stream = await readStream(`/__tenant/events/stream?after=${first?.id}&type=one`, browser);
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    await stream.next(1);
    say('two.unwanted');
    say('one.third');
    say('one.fourth', 'failure');
    const events = await stream.next(3);
    expect(events.map(({ type }) => type)).toEqual(['one.second', 'one.third', 'one.fourth']);
    expect(events[2]).toMatchObject({ outcome: 'failure', sentence: 'one.fourth happened.' });
    stream.close();

    const resumed = await readStream('/__tenant/events/stream?after=0&type=one', browser, {
      'last-event-id': String(events[1]?.id),
    });
    expect((await resumed.next(1)).map(({ type }) => type)).toEqual(['one.fourth']);
    resumed.close();
  });

  it('an open stream does not keep the tenant from closing', async () => {
    const other = await startProtocolTest(pagesConfig);
    const browser = other.browser();
    await browser.open(new URL(`/__tenant?secret=${other.tenant.context.controlSecret}`, other.issuer));
    const response = await browser.request(new URL('/__tenant/events/stream', other.issuer));
    expect(response.status).toBe(200);
    const start = performance.now();
    await other.close();
    expect(performance.now() - start).toBeLessThan(2_000);
    await response.body?.cancel().catch(() => undefined);
  });
});
