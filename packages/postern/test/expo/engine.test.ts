import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { createTenant, sampleConfig, type Tenant } from '@postern/tenant';
import { build } from 'tsdown';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as Core from '../../src/core.ts';
import { plainFetch } from '../../src/platform/expo/fetch.ts';
import { createScriptedUserAgent } from '../../src/testing/scripted-user-agent.ts';
import reactNative from '../../tsdown.react-native.config.ts';
import { createPhone } from '../support/phone.ts';
import { createTestServer } from '../support/server.ts';

afterEach(() => vi.unstubAllGlobals());

/** React Native's own, as far as it matters: it parses by a regular expression, and ignores what is set. */
class WeakUrl {
  readonly href: string;
  constructor(url: string) {
    this.href = url;
  }
  get pathname() {
    return /^[^:]+:\/\/[^/]*(\/[^?#]*)?/.exec(this.href)?.[1] ?? '/';
  }
  set pathname(_: string) {
    // In silence.
  }
  get search() {
    return /\?[^#]*/.exec(this.href)?.[0] ?? '';
  }
  get searchParams() {
    return new URLSearchParams(this.search);
  }
}

class ForgetfulParams extends URLSearchParams {
  constructor(init?: string | URLSearchParams) {
    super(init instanceof URLSearchParams ? '' : init);
  }
}

describe('an engine that lacks something is named when the client is made, not half-way through a login', () => {
  const refusal = (message: RegExp) =>
    expect.objectContaining({
      name: 'InitializationError',
      code: 'invalid_configuration',
      message: expect.stringMatching(message),
    });
  const start = () => createPhone().start();

  it('React Native’s own URL, whose pathname cannot be set', () => {
    vi.stubGlobal('URL', WeakUrl);
    expect(start).toThrow(refusal(/react-native-url-polyfill\/auto/));
  });

  it('one that is whole, but for its parts that cannot be set', () => {
    vi.stubGlobal(
      'URL',
      class extends URL {
        override get pathname() {
          return super.pathname;
        }
        override set pathname(_: string) {}
      },
    );
    expect(start).toThrow(refusal(/react-native-url-polyfill\/auto/));
  });

  it('React Native’s own URLSearchParams, which are empty when copied', () => {
    vi.stubGlobal('URLSearchParams', ForgetfulParams);
    expect(start).toThrow(refusal(/react-native-url-polyfill\/auto/));
  });

  it('no URL.canParse', () => {
    vi.stubGlobal(
      'URL',
      class extends URL {
        static override canParse = undefined as never;
      },
    );
    expect(start).toThrow(refusal(/react-native-url-polyfill/));
  });

  it.each(['TextEncoder', 'fetch', 'Headers', 'Response', 'AbortController'])('no %s', (name) => {
    const kept = Reflect.getOwnPropertyDescriptor(globalThis, name) ?? {};
    Reflect.deleteProperty(globalThis, name);
    try {
      expect(start).toThrow(refusal(new RegExp(`has no ${name}`)));
    } finally {
      Object.defineProperty(globalThis, name, kept);
    }
  });
});

describe('fetch', () => {
  it('answers with the Response that everybody knows, whatever the app’s own answers with', async () => {
    const headers = new Headers({ 'dpop-nonce': 'n', date: 'd' });
    const foreign = { status: 400, statusText: 'Bad', headers, text: async () => '{"error":"x"}' };
    const calls: (RequestInit | undefined)[] = [];
    vi.stubGlobal('fetch', async (_: unknown, init: RequestInit) => {
      calls.push(init);
      return foreign;
    });
    const body = new URLSearchParams({ grant_type: 'refresh_token', name: 'Zoë' });
    const response = await plainFetch('https://x.example/', { method: 'POST', body });
    expect(response).toBeInstanceOf(Response);
    expect(await response.clone().json()).toEqual({ error: 'x' });
    expect([response.status, response.headers.get('dpop-nonce')]).toEqual([400, 'n']);
    // Cookies of the app's are none of the tenant's business; a polyfill's URLSearchParams are text to any fetch.
    expect(calls[0]).toMatchObject({ credentials: 'omit', body: 'grant_type=refresh_token&name=Zo%C3%AB' });
    expect(new Headers(calls[0]?.headers).get('content-type')).toMatch(/^application\/x-www-form-urlencoded/);
    await plainFetch('https://x.example/', {
      method: 'POST',
      body,
      headers: { 'content-type': 'x/own', accept: 'a/b' },
    });
    const own = new Headers(calls[1]?.headers);
    expect([own.get('content-type'), own.get('accept')]).toEqual(['x/own', 'a/b']);
  });

  it.each([204, 205, 304])('%i has no body', async (status) => {
    const server = await createTestServer();
    server.answer = (_, response) => response.writeHead(status).end();
    expect((await plainFetch(server.origin)).status).toBe(status);
    await server.close();
  });
});

/** The build itself, in a world that has what Hermes, React Native and Expo have together, and nothing of Node's beyond. */
describe('the build for React Native', () => {
  let directory: string;
  let tenant: Tenant;
  let origin: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-native-'));
    const cwd = resolve(import.meta.dirname, '../..');
    await build({
      ...reactNative,
      config: false,
      cwd,
      outDir: directory,
      dts: false,
      sourcemap: false,
      logLevel: 'silent',
    });
    tenant = await createTenant(sampleConfig);
    origin = new URL((await tenant.listen({ port: 0 })).url).origin;
    const [native] = sampleConfig.clients?.filter(({ clientId }) => clientId === 'postern-native') ?? [];
    if (!native) throw new Error('The sample has no native client.');
    const callback = `com.acme.app.auth0://${new URL(origin).host}/ios/com.acme.app/callback`;
    tenant.control.addClient({ ...native, clientId: 'phone', callbacks: [callback], logoutUrls: [callback] });
  });
  afterAll(async () => {
    await tenant.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** As Expo's `fetch` answers: it says that it is a Response, and is none; and it cannot be cloned. */
  const expoFetch: typeof fetch = async (input, init) => {
    const { status, statusText, headers, ...answer } = await fetch(input, init).then(async (response) => ({
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
      body: await response.text(),
    }));
    return { status, statusText, headers, text: async () => answer.body, [Symbol.toStringTag]: 'Response' } as never;
  };

  function createDevice(modules: Record<string, unknown>) {
    const has = { console, setTimeout, clearTimeout, queueMicrotask, URL, URLSearchParams, TextEncoder };
    const globals: Record<string, unknown> = {
      ...has,
      fetch: expoFetch,
      Headers,
      Response,
      AbortController,
      __DEV__: true,
    };
    // Typed arrays of one realm: a device has but one.
    const context = createContext({ ...globals, Uint8Array, ArrayBuffer });
    const files = new Map<string, { exports: unknown }>();
    const load = async (file: string): Promise<void> => {
      if (sources.has(file)) return;
      const source = await readFile(file, 'utf8');
      sources.set(file, source);
      for (const [, name] of source.matchAll(/require\("(\.[^"]+)"\)/g)) await load(resolve(dirname(file), name ?? ''));
    };
    const sources = new Map<string, string>();
    const requireFrom = (from: string) => (name: string) => {
      if (name.startsWith('.')) return run(resolve(dirname(from), name));
      if (modules[name] === undefined) throw new Error(`Cannot find module ${name}`);
      return modules[name];
    };
    const run = (file: string): unknown => {
      const known = files.get(file);
      if (known) return known.exports;
      const module = { exports: {} };
      files.set(file, module);
      const wrapper = runInContext(`(function (exports, require, module) {${sources.get(file)}\n})`, context, {
        filename: file,
      }) as (...parameters: unknown[]) => void;
      wrapper(module.exports, requireFrom(file), module);
      return module.exports;
    };
    return {
      import: async (name: string) => {
        const file = join(directory, `${name}.js`);
        await load(file);
        return run(file) as typeof Core;
      },
      /** Names that are global there now. */
      globals: () => new Set(runInContext('Object.getOwnPropertyNames(globalThis)', context) as string[]),
    };
  }

  it('signs in with bound tokens, on keys and signatures of its own, and leaves the globals as they were', async () => {
    const phone = createPhone('ios');
    const person = createScriptedUserAgent({ user: { email: 'user@example.com', password: 'Correct-Horse-42' } });
    phone.person = (url, redirectUrl) => person.visit({ url, redirectUri: redirectUrl ?? '', mode: 'popup' });
    const device = createDevice(phone.modules as unknown as Record<string, unknown>);
    const before = device.globals();
    for (const name of ['crypto', 'CryptoKey', 'structuredClone', 'TextDecoder', 'atob', 'btoa', 'Buffer', 'process'])
      expect(before).not.toContain(name);
    const { Auth0 } = await device.import('core');
    const options = { domain: origin, clientId: 'phone', audience: 'https://api.postern.test' };
    const credentials = await new Auth0(options).webAuth.authorize();
    expect(credentials).toMatchObject({ tokenType: 'DPoP', refreshToken: expect.any(String) });
    const restarted = new Auth0(options);
    await restarted.session.start();
    expect(restarted.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
    const renewed = await restarted.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(renewed.accessToken).not.toBe(credentials.accessToken);
    expect(device.globals()).toEqual(before);
  });

  it('refuses an ID token whose signature is not the tenant’s', async () => {
    const phone = createPhone('ios');
    const person = createScriptedUserAgent({ user: { email: 'user@example.com', password: 'Correct-Horse-42' } });
    phone.person = (url, redirectUrl) => person.visit({ url, redirectUri: redirectUrl ?? '', mode: 'popup' });
    tenant.control.faults.add({ kind: 'id_token', claim: 'signature' });
    const { Auth0 } = await createDevice(phone.modules as unknown as Record<string, unknown>).import('core');
    const auth0 = new Auth0({ domain: origin, clientId: 'phone' });
    await expect(auth0.webAuth.authorize()).rejects.toMatchObject({ type: 'ID_TOKEN_VALIDATION_FAILED' });
    tenant.control.faults.clear();
  });

  it('known failure 1d-31: imports and constructs without a single package, and sets no global', async () => {
    const device = createDevice({ 'react-native': createPhone().modules['react-native'] });
    const before = device.globals();
    const core = await device.import('core');
    const auth0 = new core.Auth0({ domain: 'tenant.example.com', clientId: 'phone' });
    await expect(auth0.webAuth.authorize()).rejects.toMatchObject({ message: expect.stringContaining('expo install') });
    expect(device.globals()).toEqual(before);
  });
});
