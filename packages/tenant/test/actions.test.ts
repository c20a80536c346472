import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ActionModule } from '../src/actions/actions.ts';
import { loadActions } from '../src/actions/load-actions.ts';
import type { PostLoginApi } from '../src/actions/post-login-api.ts';
import type { PostLoginEvent } from '../src/actions/post-login-event.ts';
import type { TenantConfigInput } from '../src/config/schema.ts';
import { createBrowser } from './support/browser.ts';
import { database, directConfig, realmGrant } from './support/direct.ts';
import { api, callback, claimsOf, type ProtocolTest, startProtocolTest, type TokenAnswer } from './support/protocol.ts';

const otpGrant = 'http://auth0.com/oauth/grant-type/passwordless/otp';
const roles = 'https://my-app.test/roles';

let test: ProtocolTest | undefined;
afterEach(async () => {
  await test?.close();
  test = undefined;
});

async function start(actions: ActionModule, changes: Partial<TenantConfigInput> = {}): Promise<ProtocolTest> {
  test = await startProtocolTest(
    {
      ...directConfig,
      users: directConfig.users.filter(({ id }) => id === 'auth0|ada'),
      connections: directConfig.connections.map((one) => ({ ...one, requiresUsername: false })),
      ...changes,
    },
    { actions, onError: () => undefined },
  );
  return test;
}

const logIn = (running: ProtocolTest, changes: Record<string, string> = {}): Promise<TokenAnswer> =>
  running.post('/oauth/token', {
    grant_type: realmGrant,
    client_id: 'app',
    realm: database,
    username: 'ada@example.com',
    password: 'Engine-Horse-42',
    audience: api,
    scope: 'openid profile offline_access read:notes',
    ...changes,
  });

const token = (answer: TokenAnswer, name: 'access_token' | 'id_token' | 'refresh_token') => String(answer.body[name]);

describe('onExecutePostLogin', () => {
  it('sets claims on both tokens, and again at every refresh', async () => {
    let runs = 0;
    const running = await start({
      onExecutePostLogin: async (event, action) => {
        runs += 1;
        action.accessToken.setCustomClaim(roles, ['admin']).idToken.setCustomClaim(roles, ['reader']);
        action.accessToken.setCustomClaim('protocol', event.transaction.protocol);
        action.idToken.setCustomClaim('run', runs);
      },
    });
    const first = await logIn(running);
    expect(claimsOf(token(first, 'access_token'))).toMatchObject({ [roles]: ['admin'], protocol: 'oauth2-password' });
    expect(claimsOf(token(first, 'id_token'))).toMatchObject({ [roles]: ['reader'], run: 1 });
    const second = await running.refresh(token(first, 'refresh_token'), { client_id: 'app' });
    expect(claimsOf(token(second, 'access_token'))).toMatchObject({
      [roles]: ['admin'],
      protocol: 'oauth2-refresh-token',
    });
    expect(claimsOf(token(second, 'id_token'))).toMatchObject({ [roles]: ['reader'], run: 2 });
  });

  it.each([
    ['a JWT for an API', api],
    ['an opaque token', ''],
  ])('what it sets on the ID token is told at /userinfo, too, with %s', async (_, audience) => {
    let run = 0;
    const running = await start({
      onExecutePostLogin: (_event, action) => {
        run += 1;
        action.idToken.setCustomClaim(roles, ['reader']).idToken.setCustomClaim('run', run);
        action.idToken.setCustomClaim('name', 'Somebody Else').idToken.setCustomClaim('sub', 'auth0|mallory');
        action.accessToken.setCustomClaim('of-access-token', true);
      },
    });
    const userinfo = async (answer: TokenAnswer) => (await running.userinfo(token(answer, 'access_token'))).json();
    const first = await logIn(running, { audience, scope: 'openid profile offline_access' });
    const told = { sub: 'auth0|ada', name: 'Ada Lovelace', [roles]: ['reader'], run: 1 };
    expect(await userinfo(first)).toMatchObject(told);
    expect(await userinfo(first)).not.toHaveProperty('of-access-token');
    const second = await running.refresh(token(first, 'refresh_token'), { client_id: 'app' });
    expect(await userinfo(second)).toMatchObject({ [roles]: ['reader'], run: 2 });
    expect(await userinfo(first)).toMatchObject({ run: 1 });
  });

  it('a token whose login no Action touched tells nothing more at /userinfo', async () => {
    const running = await start({
      onExecutePostLogin: (event, action) => {
        if (event.request.ip === undefined) action.idToken.setCustomClaim(roles, ['reader']);
      },
    });
    const answer = await logIn(running, { scope: 'openid' });
    expect(await (await running.userinfo(token(answer, 'access_token'))).json()).toEqual({ sub: 'auth0|ada' });
  });

  it('runs once in a login through the browser, whose tokens carry what it set', async () => {
    const events: PostLoginEvent[] = [];
    const running = await start({
      onExecutePostLogin: (event, action) => {
        events.push(event);
        action.accessToken.setCustomClaim(roles, ['admin']);
        action.accessToken.addScope('write:notes');
        action.accessToken.removeScope('read:notes');
      },
    });
    const page = await running
      .browser()
      .logIn(running.authorizeUrl({ client_id: 'app', acr_values: 'level-2', login_hint: 'ada' }), {
        username: 'ada@example.com',
        password: 'Engine-Horse-42',
      });
    const answer = await running.redeem(page.callback?.searchParams.get('code') ?? '', { client_id: 'app' });
    expect(answer.body.scope).toBe('openid profile email offline_access write:notes');
    expect(claimsOf(token(answer, 'access_token'))).toMatchObject({ [roles]: ['admin'] });
    expect(events).toHaveLength(1);
    expect(events[0]?.transaction).toMatchObject({
      protocol: 'oidc-basic-profile',
      redirect_uri: callback,
      acr_values: ['level-2'],
      login_hint: 'ada',
      state: 'the-state',
      requested_scopes: ['openid', 'profile', 'email', 'offline_access', 'read:notes'],
    });
    expect(events[0]?.request.query).toMatchObject({ client_id: 'app', audience: api, acr_values: 'level-2' });
    expect(events[0]?.stats.logins_count).toBe(1);
  });

  it('is told who logs in where, and no secret', async () => {
    let seen: PostLoginEvent | undefined;
    const running = await start(
      {
        onExecutePostLogin: (event) => {
          seen = event;
        },
      },
      {
        actions: { secrets: { API_KEY: 'k-1' } },
        users: [
          {
            id: 'auth0|ada',
            email: 'ada@example.com',
            username: 'ada',
            password: 'Engine-Horse-42',
            userMetadata: { colour: 'teal' },
            appMetadata: { roles: ['admin', 7], plan: { name: 'gold' } },
          },
        ],
      },
    );
    await logIn(running, { client_id: 'app' });
    expect(seen).toMatchObject({
      client: { client_id: 'app', name: 'App', metadata: {} },
      connection: { name: database, strategy: 'auth0' },
      tenant: { id: 'Direct logins' },
      secrets: { API_KEY: 'k-1' },
      authorization: { roles: ['admin'] },
      authentication: { methods: [{ name: 'pwd' }] },
      resource_server: { identifier: api },
      stats: { logins_count: 1 },
      user: {
        user_id: 'auth0|ada',
        email: 'ada@example.com',
        email_verified: true,
        username: 'ada',
        user_metadata: { colour: 'teal' },
        app_metadata: { plan: { name: 'gold' } },
        identities: [{ connection: database, provider: 'auth0', user_id: 'ada', isSocial: false }],
        multifactor: [],
      },
      request: { method: 'POST', hostname: 'localhost', geoip: {}, body: { username: 'ada@example.com' } },
    });
    expect(JSON.stringify(seen)).not.toMatch(/Engine-Horse|argon2|\$2[aby]/);
    expect(() => Reflect.set(Object(seen).user, 'email', 'x')).not.toThrow();
    expect(seen?.user.email).toBe('ada@example.com');
  });

  it('denies with a reason that reaches a direct grant and a redirect login', async () => {
    let later = 0;
    const running = await start({
      onExecutePostLogin: (event, action) => {
        if (event.user.email === 'ada@example.com') action.access.deny('Only on weekdays.');
        action.user.setAppMetadata('tried', true);
        later += 1;
      },
    });
    const direct = await logIn(running);
    expect({ status: direct.status, body: direct.body }).toEqual({
      status: 403,
      body: { error: 'access_denied', error_description: 'Only on weekdays.' },
    });
    const page = await running.browser().logIn(running.authorizeUrl({ client_id: 'app' }), {
      username: 'ada@example.com',
      password: 'Engine-Horse-42',
    });
    expect(Object.fromEntries(page.callback?.searchParams ?? [])).toMatchObject({
      error: 'access_denied',
      error_description: 'Only on weekdays.',
      state: 'the-state',
    });
    expect(later).toBe(2);
    expect((await running.tenant.control.users.get('auth0|ada')).appMetadata).toEqual({ tried: true });
    await expect(running.tenant.control.signIn({ user: 'ada@example.com', clientId: 'app' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('denies a renewal, and the refresh token stays good for when it no longer does', async () => {
    let closed = false;
    const running = await start({
      onExecutePostLogin: (_event, action) => {
        if (closed) action.access.deny('Closed.');
      },
    });
    const first = await logIn(running);
    closed = true;
    const refused = await running.refresh(token(first, 'refresh_token'), { client_id: 'app' });
    expect(refused.body).toMatchObject({ error: 'access_denied', error_description: 'Closed.' });
    closed = false;
    expect((await running.refresh(token(first, 'refresh_token'), { client_id: 'app' })).status).toBe(200);
  });

  it('denies a silent login as well, and a browser login goes to the second factor it wants', async () => {
    let closed = false;
    const running = await start({
      onExecutePostLogin: (event, action) => {
        if (closed) action.access.deny('Closed.');
        if (event.transaction.acr_values.includes('strong')) action.multifactor.enable('any');
      },
    });
    const browser = running.browser();
    const who = { username: 'ada@example.com', password: 'Engine-Horse-42' };
    await browser.logIn(running.authorizeUrl({ client_id: 'app' }), who);
    const silent = (changes = {}) =>
      browser.open(running.authorizeUrl({ client_id: 'app', prompt: 'none', ...changes }));
    expect((await silent()).callback?.searchParams.get('code')).toEqual(expect.any(String));
    const owed = (await silent({ acr_values: 'strong' })).callback?.searchParams;
    expect(owed?.get('error')).toBe('login_required');
    expect(owed?.get('error_description')).toBe('Multifactor authentication required');
    const page = await browser.open(running.authorizeUrl({ client_id: 'app', acr_values: 'strong' }));
    expect(page.url.pathname).toMatch(/^\/u\/mfa/);
    closed = true;
    expect(Object.fromEntries((await silent()).callback?.searchParams ?? [])).toMatchObject({
      error: 'access_denied',
      error_description: 'Closed.',
    });
  });

  it('asks for a second factor, whatever the policy', async () => {
    const running = await start(
      { onExecutePostLogin: (_event, action) => void action.multifactor.enable('any') },
      {
        mfa: { policy: 'never' },
      },
    );
    const answer = await logIn(running);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ error: 'mfa_required', mfa_requirements: { enroll: expect.any(Array) } });
    expect(answer.body.mfa_token).toEqual(expect.any(String));
  });

  it('stores metadata, removes with null, and the next login sees it', async () => {
    const running = await start({
      onExecutePostLogin: (event, action) => {
        const seen = Number(event.user.app_metadata.seen ?? 0);
        action.user.setAppMetadata('seen', seen + 1);
        action.user.setUserMetadata('last_ip', event.request.ip);
        action.user.setUserMetadata('colour', null);
      },
    });
    await running.tenant.control.users.update('auth0|ada', { userMetadata: { colour: 'teal', kept: 1 } });
    await logIn(running);
    await logIn(running);
    const user = await running.tenant.control.users.get('auth0|ada');
    expect(user.appMetadata).toEqual({ seen: 2 });
    expect(user.userMetadata).toEqual({ kept: 1, last_ip: expect.stringMatching(/127\.0\.0\.1|::1/) });
  });

  it('cannot set claims of the protocol; the login goes on and the event log says so', async () => {
    const running = await start({
      onExecutePostLogin: (_event, action) => {
        for (const name of ['sub', 'iss', 'aud', 'exp', 'permissions', 'https://auth0.com/x']) {
          action.accessToken.setCustomClaim(name, 'forged').idToken.setCustomClaim(name, 'forged');
        }
        action.idToken.setCustomClaim('email', 'forged@example.com');
      },
    });
    const answer = await logIn(running, { scope: 'openid email' });
    const claims = { ...claimsOf(token(answer, 'access_token')), ...claimsOf(token(answer, 'id_token')) };
    expect(JSON.stringify(claims)).not.toContain('forged');
    expect(claims.sub).toBe('auth0|ada');
    expect((await running.lastEvent('action.claims_ignored')).sentence).toContain('sub, iss, aud');
  });

  it.each<[string, (action: PostLoginApi) => unknown, RegExp]>([
    ['a part', (action) => Reflect.get(action, 'samlResponse'), /api\.samlResponse is not supported.*api\.accessToken/],
    ['a part with methods', (action) => Reflect.get(action, 'redirect'), /api\.redirect is not supported/],
    [
      'a method',
      (action) => Reflect.get(action.access, 'allow'),
      /api\.access\.allow is not supported.*api\.access\.deny/,
    ],
    ['a provider', (action) => action.multifactor.enable('duo' as 'any'), /enable\("duo"\) is not supported.*"any"/],
    ['openid', (action) => action.accessToken.removeScope('openid'), /cannot change "openid"/],
    ['offline_access', (action) => action.accessToken.addScope('offline_access'), /cannot change "offline_access"/],
    ['two scopes', (action) => action.accessToken.addScope('a b'), /"a b" is no scope/],
    [
      'a function as a claim of too much',
      (action) => action.idToken.setCustomClaim('x', 'y'.repeat(200_000)),
      /100 kB/,
    ],
    ['a circle', (action) => action.idToken.setCustomClaim('x', circle()), /cannot be written as JSON/],
  ])('what is not supported fails the login and is named: %s', async (_what, act, message) => {
    const running = await start({ onExecutePostLogin: (_event, action) => void act(action) });
    const answer = await logIn(running);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 403, error: 'access_denied' });
    expect(answer.body.error_description).toBe(
      'The Action of createTenant failed; the event log of the tenant says why.',
    );
    expect((await running.lastEvent('action.failed')).sentence).toMatch(message);
  });

  it('fields of event that Auth0 documents and this tenant lacks are errors; unknown ones are undefined', async () => {
    const running = await start({
      onExecutePostLogin: (event) => {
        if (Reflect.get(event, 'no_such_thing') !== undefined) throw new Error('there is one');
        return Reflect.get(event.authentication, 'riskAssessment');
      },
    });
    expect((await logIn(running)).status).toBe(403);
    expect((await running.lastEvent('action.failed')).sentence).toContain(
      'event.authentication.riskAssessment is not supported',
    );
  });

  it('one that throws fails the login without telling the client why', async () => {
    const running = await start({
      onExecutePostLogin: async () => {
        throw new Error('no answer from https://user:hunter2@db.internal');
      },
    });
    const answer = await logIn(running);
    expect(answer.status).toBe(403);
    expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|db\.internal/);
    expect((await running.lastEvent('action.failed')).sentence).toMatch(
      /^The Action of createTenant threw Error: no answer .* The login of user auth0\|ada at client app was refused\.$/,
    );
    const user = await running.tenant.control.users.get('auth0|ada');
    expect(user.loginsCount).toBe(0);
  });

  it('one that takes too long fails the login', async () => {
    const running = await start(
      { onExecutePostLogin: () => new Promise(() => undefined) },
      { actions: { timeLimit: 0.05 } },
    );
    expect((await logIn(running)).body.error).toBe('access_denied');
    expect((await running.lastEvent('action.failed')).sentence).toContain('took longer than the 0.05 s');
  });

  it('api.cache keeps texts between logins, by the clock of the tenant', async () => {
    const found: (string | undefined)[] = [];
    const running = await start({
      onExecutePostLogin: (_event, action) => {
        found.push(action.cache.get('k')?.value);
        action.cache.set('k', `v${found.length}`, { ttl: 60_000 });
      },
    });
    await logIn(running);
    await logIn(running);
    running.tenant.control.clock.advance(61_000);
    await logIn(running);
    expect(found).toEqual([undefined, 'v1', undefined]);
  });

  it('sign-in without pages carries the claims too', async () => {
    const running = await start({
      onExecutePostLogin: (_event, action) => void action.idToken.setCustomClaim(roles, ['x']),
    });
    const tokens = await running.tenant.control.signIn({ user: 'ada@example.com', clientId: 'app' });
    expect(claimsOf(tokens.id_token)).toMatchObject({ [roles]: ['x'] });
  });
});

describe('onExecutePreUserRegistration', () => {
  const onExecutePreUserRegistration: ActionModule['onExecutePreUserRegistration'] = (event, action) => {
    if (event.user.email?.endsWith('@rival.test')) action.access.deny('rival', 'Not for you.');
    action.user.setAppMetadata('from', event.connection.name);
    action.user.setUserMetadata('client', event.client?.name);
  };
  const signUp = (running: ProtocolTest, email: string) =>
    running.post('/dbconnections/signup', {
      client_id: 'app',
      connection: 'Staff',
      email,
      password: 'Long-Enough-Horse-42',
    });

  it('adds metadata to a user of a database', async () => {
    const running = await start({ onExecutePreUserRegistration });
    expect((await signUp(running, 'new@example.com')).status).toBe(200);
    const [user] = await running.tenant.control.users.list({ search: 'new@example.com' });
    expect(user).toMatchObject({ appMetadata: { from: 'Staff' }, userMetadata: { client: 'App' } });
  });

  it('denies: nobody is created, nothing is sent, and the person reads the message, not the reason', async () => {
    const running = await start({ onExecutePreUserRegistration });
    const answer = await signUp(running, 'spy@rival.test');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'extensibility_error', description: 'Not for you.' });
    expect(await running.tenant.control.users.list({ search: 'rival' })).toEqual([]);
    expect(await running.tenant.control.outbox.list({ to: 'spy@rival.test' })).toEqual([]);
    expect((await running.lastEvent('signup.failure')).sentence).toContain('an Action denied it: rival.');
  });

  it('denies on the hosted page, which shows the message', async () => {
    const running = await start(
      { onExecutePreUserRegistration },
      {
        connections: [{ name: database, strategy: 'auth0' }],
        clients: directConfig.clients.filter(({ clientId }) => clientId === 'app'),
        users: [],
      },
    );
    const browser = createBrowser(running.issuer);
    const page = await browser.open(running.authorizeUrl({ client_id: 'app', screen_hint: 'signup' }));
    const after = await browser.submit(page, { email: 'spy@rival.test', password: 'Long-Enough-Horse-42' });
    expect(after.html).toContain('Not for you.');
    expect(await running.tenant.control.users.list()).toEqual([]);
  });

  it('denies the first login with a code', async () => {
    const running = await start({ onExecutePreUserRegistration });
    const email = 'spy@rival.test';
    await running.post('/passwordless/start', { client_id: 'app', connection: 'email', email, send: 'code' });
    const code = await running.tenant.control.mfa.lastCode({ to: email });
    const form = { grant_type: otpGrant, client_id: 'app', realm: 'email', username: email, otp: code };
    const answer = await running.post('/oauth/token', form);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 403,
      body: { error: 'access_denied', error_description: 'Not for you.' },
    });
    expect(await running.tenant.control.users.list({ search: 'rival' })).toEqual([]);
  });

  it('one that throws lets nobody in and tells nobody why', async () => {
    const running = await start({
      onExecutePreUserRegistration: () => {
        throw new Error('hunter2');
      },
    });
    const answer = await signUp(running, 'new@example.com');
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    expect(await running.tenant.control.users.list({ search: 'new@example.com' })).toEqual([]);
  });
});

describe('a folder of Actions', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-actions-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const write = async (name: string, files: Record<string, string>) => {
    const directory = join(folder, name);
    await mkdir(join(directory, 'lib'), { recursive: true });
    for (const [file, content] of Object.entries(files)) await writeFile(join(directory, file), content);
    return directory;
  };

  it('runs CommonJS in a project of ES modules, ES modules and TypeScript, in the order of their names', async () => {
    const add = (n: string) =>
      `api.idToken.setCustomClaim('order', [...(globalThis.__order ??= []), '${n}']); globalThis.__order.push('${n}');`;
    const directory = await write('mixed', {
      'package.json': '{"type":"module"}',
      '1-common.js': `const helper = require('./lib/helper.cjs'); exports.onExecutePostLogin = async (event, api) => { ${add('1')} helper(api); };`,
      '2-module.mjs': `export const onExecutePostLogin = async (event, api) => { ${add('2')} };`,
      '3-module.js': `export async function onExecutePostLogin(event, api) { ${add('3')} }`,
      '4-typed.ts': `export const onExecutePostLogin = async (event: { client: object }, api: any) => { ${add('4').replaceAll('globalThis', '(globalThis as any)')} };`,
      '5-common.cjs': `exports.onExecutePostLogin = (event, api) => { ${add('5')} };`,
      'lib/helper.cjs': `module.exports = (api) => api.idToken.setCustomClaim('helped', true);`,
    });
    test = await startProtocolTest({ ...directConfig, actions: { directory } });
    const claims = claimsOf(token(await logIn(test), 'id_token'));
    expect(claims).toMatchObject({ order: ['1', '2', '3', '4', '5'], helped: true });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['nothing in it', {}, /holds no Action/],
    [
      'no trigger',
      { 'a.js': 'exports.onExecutePostLogon = () => {}' },
      /a\.js.*exports onExecutePostLogon; an Action exports onExecutePostLogin or/s,
    ],
    ['no function', { 'a.js': 'exports.onExecutePostLogin = {}' }, /exports onExecutePostLogin, which is no function/],
    ['a mistake', { 'a.js': 'exports.onExecutePostLogin = (event, api => {}' }, /cannot be loaded/],
    ['a missing package', { 'a.js': "require('no-such-package')" }, /Cannot find module 'no-such-package'/],
  ])('is refused at the start, with the file named: %s', async (name, files, message) => {
    const directory = await write(name.replaceAll(' ', '-'), files);
    await expect(loadActions(directory)).rejects.toThrow(message);
  });

  it('hands metadata on to the next Action, and stops at a denial', async () => {
    const directory = await write('chain', {
      '1.cjs': "exports.onExecutePostLogin = (event, api) => { api.user.setAppMetadata('plan', 'gold'); };",
      '2.cjs':
        'exports.onExecutePostLogin = (event, api) => { api.access.deny("plan " + event.user.app_metadata.plan); };',
      '3.cjs': "exports.onExecutePostLogin = (event, api) => { api.user.setAppMetadata('third', true); };",
    });
    test = await startProtocolTest({ ...directConfig, actions: { directory } });
    expect((await logIn(test)).body).toMatchObject({ error: 'access_denied', error_description: 'plan gold' });
    expect((await test.tenant.control.users.get('auth0|ada')).appMetadata).toEqual({ plan: 'gold' });
  });

  it('that is not there is refused', async () => {
    await expect(loadActions(join(folder, 'nowhere'))).rejects.toThrow(/cannot be read/);
  });
});

function circle(): object {
  const one: Record<string, unknown> = {};
  one.self = one;
  return one;
}
