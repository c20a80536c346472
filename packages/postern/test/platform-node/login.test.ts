import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Auth0 } from 'postern/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultDirectory } from '../../src/platform/node/directory.ts';
import { openLoopbackListener } from '../../src/platform/node/loopback-listener.ts';
import { browserCommands, openBrowser } from '../../src/platform/node/open-browser.ts';
import { clientId, createNodeWorld, type NodeWorld } from '../support/node-world.ts';
import { rejection } from '../support/rejection.ts';

const get = (url: string | URL, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request(url, { headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    sent.on('error', reject).end();
  });
/** The status of a request that no well-behaved program would send. */
const sendRaw = (url: string, line: string) =>
  new Promise<number>((resolve, reject) => {
    const { port, host, hostname } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(`${line} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    socket.on('error', reject).once('data', (data) => {
      resolve(Number(String(data).split(' ')[1]));
      socket.destroy();
    });
  });
const refused = (url: string) => rejection(get(url)).then(({ code }) => code);

describe('S33: the loopback listener', () => {
  it('listens on 127.0.0.1 alone, on a port of the system’s choice, for one response', async () => {
    const [one, two] = [await openLoopbackListener(), await openLoopbackListener()];
    expect(one.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}\/callback$/);
    expect(one.redirectUri).not.toBe(two.redirectUri);
    // The same port of another address, where others could reach it, is free. Only Linux has that one by itself.
    if (process.platform === 'linux') {
      const elsewhere = createServer();
      await new Promise<void>((resolve, reject) => {
        elsewhere.once('error', reject).listen(Number(new URL(two.redirectUri).port), '127.0.0.2', resolve);
      });
      elsewhere.close();
    }
    two.close();
    const callback = `${one.redirectUri}?code=the-code&state=mine`;
    const received = one.receive('mine', 5000);
    const page = await get(callback);
    expect(await received).toBe(callback);
    expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(page.text).toContain('You may close this page.');
    expect(page.text).not.toContain('not completed');
    expect(page.text).not.toContain('the-code');
    expect(await refused(callback)).toBe('ECONNREFUSED');
    expect(await refused(two.redirectUri)).toBe('ECONNREFUSED');
  });

  it('closes on a timeout', async () => {
    const listener = await openLoopbackListener();
    expect(await rejection(listener.receive('mine', 30))).toMatchObject({ code: 'timeout' });
    expect(await refused(listener.redirectUri)).toBe('ECONNREFUSED');
  });

  it('turns away whatever is not the answer, and goes on waiting for it', async () => {
    const listener = await openLoopbackListener();
    expect((await get(`${listener.redirectUri}?state=mine`)).status).toBe(404);
    const received = listener.receive('mine', 5000);
    const at = (query: string) => get(`${listener.redirectUri}${query}`).then(({ status }) => status);
    expect(await at('?code=forged&state=other')).toBe(400);
    expect(await at('?code=forged')).toBe(400);
    expect(await at('?code=x&state=mine&state=mine')).toBe(400);
    expect(await at('/deeper?code=x&state=mine')).toBe(404);
    const rebound = await get(`${listener.redirectUri}?code=x&state=mine`, { host: 'attacker.example' });
    expect(rebound.status).toBe(421);
    for (const target of ['//:99999999', '//[', 'http://[', '*'])
      expect(await sendRaw(listener.redirectUri, `GET ${target}`), target).toBeGreaterThanOrEqual(400);
    // In absolute form, as to a proxy: another's address, whatever the header `Host` says.
    expect(await sendRaw(listener.redirectUri, 'GET http://attacker.example/callback?code=x&state=mine')).toBe(404);
    expect(await sendRaw(listener.redirectUri, 'POST /callback?code=x&state=mine')).toBe(405);
    const told = await get(`${listener.redirectUri}?error=access_denied&error_description=secret&state=mine`);
    expect([told.status, told.text.includes('The login was not completed')]).toEqual([200, true]);
    expect(told.text).not.toContain('secret');
    expect(new URL(await received).searchParams.get('error')).toBe('access_denied');
  });

  it('takes the address of the app where it is one of this machine', async () => {
    const listener = await openLoopbackListener('http://localhost/cli/back');
    expect(listener.redirectUri).toMatch(/^http:\/\/localhost:\d+\/cli\/back$/);
    listener.close();
    for (const bad of ['https://127.0.0.1/callback', 'http://192.168.1.2/', 'com.example.app://callback', 'nonsense']) {
      expect(await rejection(openLoopbackListener(bad))).toMatchObject({ code: 'a0.invalid_configuration' });
    }
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const clash = await rejection(openLoopbackListener(`http://127.0.0.1:${port}/callback`));
    expect(clash.message).toContain('EADDRINUSE');
    taken.close();
  });

  it('listens where it was told to, be it the port that addresses leave out', async () => {
    const listen = async () => (await openLoopbackListener('http://127.0.0.1:80/callback')).close();
    const occupied = createServer();
    const outcome = await new Promise<string | undefined>((resolve) => {
      occupied.once('error', ({ message }) => resolve(message)).listen(80, '127.0.0.1', () => resolve(undefined));
    });
    // Port 80 is taken (by us just now), or this user may not have it: either way there is no listening at another.
    expect(await rejection(listen()), outcome ?? 'we hold port 80').toMatchObject({ code: 'a0.invalid_configuration' });
    occupied.close();
  });
});

it('a browser is only looked for where the person would see it', () => {
  const commands = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') => browserCommands(env, platform);
  expect(commands({})).toEqual([]);
  expect(commands({ DISPLAY: ':0' })).toEqual([['xdg-open']]);
  expect(commands({ WAYLAND_DISPLAY: 'wayland-0' })).toEqual([['xdg-open']]);
  expect(commands({ DISPLAY: ':0', BROWSER: 'none' })).toEqual([]);
  expect(commands({ BROWSER: 'firefox --new-window %s:links' })).toEqual([
    ['firefox', '--new-window', '%s'],
    ['links'],
  ]);
  expect(commands({ DISPLAY: ':0', BROWSER: 'firefox --url=%s' })).toEqual([['firefox', '--url=%s']]);
  expect(commands({}, 'darwin')).toEqual([['open']]);
  expect(commands({ SSH_CONNECTION: '1' }, 'darwin')).toEqual([]);
  expect(commands({}, 'win32')).toEqual([['rundll32', 'url.dll,FileProtocolHandler']]);
});

it('the URL stands where BROWSER says, else at the end', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'postern-browser-'));
  const told = join(directory, 'told');
  const program = join(directory, 'browser.sh');
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${told}'\n`, { mode: 0o755 });
  const url = 'https://example.com/authorize?a=1&b=$HOME%20;x';
  for (const [command, expected] of [
    [program, [url]],
    [`${program} --new %s`, ['--new', url]],
    [`${program} --url=%s --quiet`, [`--url=${url}`, '--quiet']],
    [`no-such-browser %s:${program} --new`, ['--new', url]],
  ] as const) {
    vi.stubEnv('BROWSER', command);
    await openBrowser(url);
    expect((await readFile(told, 'utf8')).trimEnd().split('\n')).toEqual(expected);
  }
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

it('settings are kept where the system’s custom is, by absolute paths alone', () => {
  for (const [given, expected] of [
    ['/somewhere', '/somewhere/postern'],
    ['', join(homedir(), '.config', 'postern')],
    // The XDG specification: to be ignored.
    ['relative/path', join(homedir(), '.config', 'postern')],
  ] as const) {
    vi.stubEnv('XDG_CONFIG_HOME', given);
    if (process.platform === 'linux') expect(defaultDirectory()).toBe(expected);
  }
  vi.unstubAllEnvs();
});

describe('signing in from Node', () => {
  let world: NodeWorld;
  beforeAll(async () => {
    world = await createNodeWorld();
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => world.close());
  const openWithBrowser = async () => {
    for (const [name, value] of Object.entries(await world.browserEnv())) vi.stubEnv(name, value);
  };

  it('opens the system’s browser, and the session is there for the next process', async () => {
    await openWithBrowser();
    const auth0 = world.open();
    const { accessToken, tokenType } = await auth0.webAuth.authorize();
    expect(tokenType).toBe('DPoP');
    expect(auth0.session.getSnapshot().user?.email).toBe('user@example.com');
    await expect.poll(() => readFile(join(world.directory, 'pages'), 'utf8')).toBe('/callback 200\n');
    const later = world.open();
    expect((await later.credentialsManager.getCredentials()).accessToken).toBe(accessToken);
    const url = `${world.origin}/userinfo`;
    const headers = await later.getDPoPHeaders({ url, method: 'GET', accessToken, tokenType });
    expect(headers.DPoP ?? headers.dpop).toBeTruthy();
    await later.credentialsManager.clearCredentials();
    expect(await world.open().credentialsManager.hasValidCredentials()).toBe(false);
  });

  it('clearSession opens the tenant’s logout in the browser, and forgets; no login waits for resumeSession', async () => {
    await openWithBrowser();
    const opened: string[] = [];
    const open = (url: string) => {
      opened.push(url);
      return openBrowser(url);
    };
    const auth0 = world.open({ credentialsManagerStorageKey: 'leaving' }, { open });
    await auth0.webAuth.authorize();
    expect(await auth0.webAuth.resumeSession()).toBeNull();
    await auth0.webAuth.clearSession();
    expect(opened.at(-1)).toContain(`${world.origin}/v2/logout?`);
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    expect(auth0.session.getSnapshot().user).toBeNull();
  });

  it('without a browser says so, and leaves no listener behind', async () => {
    vi.stubEnv('BROWSER', 'none');
    expect(await rejection(world.open().webAuth.authorize())).toMatchObject({
      type: 'BROWSER_NOT_AVAILABLE',
      message: expect.stringContaining('deviceAuthorization'),
    });
    vi.stubEnv('BROWSER', join(world.directory, 'no-such-browser'));
    expect(await rejection(world.open().webAuth.authorize())).toMatchObject({ type: 'BROWSER_NOT_AVAILABLE' });
    vi.stubEnv('BROWSER', 'false');
    expect(await rejection(world.open().webAuth.authorize())).toMatchObject({ type: 'BROWSER_NOT_AVAILABLE' });
  });

  it('by an app that opens pages in a way of its own, as Electron does', async () => {
    vi.stubEnv('BROWSER', 'none');
    const { TEST_COOKIES: cookie = '' } = await world.browserEnv();
    const opened: string[] = [];
    const open = async (url: string) => {
      opened.push(url);
      const callback = (await fetch(url, { redirect: 'manual', headers: { cookie } })).headers.get('location') ?? '';
      expect((await get(callback)).status).toBe(200);
    };
    const auth0 = world.open({ credentialsManagerStorageKey: 'electron' }, { open });
    expect((await auth0.webAuth.authorize()).accessToken).toBeTruthy();
    expect(opened).toEqual([expect.stringContaining(`${world.origin}/authorize?`)]);
    const refusing = world.open({}, { open: () => Promise.reject(new Error('No application knows https.')) });
    expect(await rejection(refusing.webAuth.authorize())).toMatchObject({
      type: 'BROWSER_NOT_AVAILABLE',
      message: expect.stringContaining('No application knows https.'),
    });
  });

  it('a login that nobody finishes ends by cancelWebAuth or the timeout', async () => {
    vi.stubEnv('BROWSER', 'true');
    const auth0 = world.open();
    const cancelled = rejection(auth0.webAuth.authorize());
    const cancel = async () => {
      await auth0.webAuth.cancelWebAuth();
      return Promise.race([cancelled, 'waiting']);
    };
    await expect.poll(cancel).toMatchObject({ type: 'USER_CANCELLED' });
    expect(await rejection(auth0.webAuth.authorize({}, { timeoutMs: 50 }))).toMatchObject({ type: 'TIMEOUT_ERROR' });
  });

  it('S35: a client that names no platform, as on a server, keeps nothing and shares nothing, whatever it says', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', world.directory);
    const open = () => new Auth0({ domain: world.origin, clientId, useDPoP: false, cacheLocation: 'localstorage' });
    const [one, other] = [open(), open()].map(({ credentialsManager }) => credentialsManager);
    await one?.saveCredentials({ accessToken: 'mine', tokenType: 'Bearer', idToken: '', expiresAt: 4e9 });
    expect([await one?.hasValidCredentials(), await other?.hasValidCredentials()]).toEqual([true, false]);
    expect(await rejection(readdir(join(world.directory, 'postern')))).toMatchObject({ code: 'ENOENT' });
  });

  it('S35: in memory, nothing is written', async () => {
    await openWithBrowser();
    const directory = join(world.directory, 'never');
    const auth0 = world.open({ cacheLocation: 'memory' }, { directory });
    await auth0.webAuth.authorize();
    await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(await rejection(readFile(directory))).toMatchObject({ code: 'ENOENT' });
  });
});
