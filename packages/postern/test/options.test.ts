import { afterEach, describe, expect, it, vi } from 'vitest';
import { Auth0, type Auth0Options } from '../src/core.ts';
import { configure } from '../src/options.ts';

const options = (more: object = {}) => ({ domain: 'example.eu.auth0.com', clientId: 'c', ...more }) as Auth0Options;

afterEach(() => vi.restoreAllMocks());

describe('options', () => {
  it.each([
    [{ domain: '' }, 'missing_domain'],
    [{ domain: undefined }, 'missing_domain'],
    [{ clientId: '' }, 'missing_client_id'],
    [{ domain: 'https://example.eu.auth0.com' }, 'invalid_domain'],
    [{ domain: 'http://example.eu.auth0.com' }, 'invalid_domain'],
    [{ domain: 'example.eu.auth0.com/path' }, 'invalid_domain'],
    [{ domain: 'user@example.com' }, 'invalid_domain'],
    [{ domain: 'http://user@localhost:1' }, 'invalid_domain'],
    [{ domain: 'http://localhost:4455/path' }, 'invalid_domain'],
    [{ domain: 'http://localhost.evil.example' }, 'invalid_domain'],
    [{ domain: 'http://127.0.0.1.evil.example' }, 'invalid_domain'],
    [{ domain: 'http://192.168.1.5:4455' }, 'invalid_domain'],
    [{ domain: 'javascript:alert(1)' }, 'invalid_domain'],
    [{ domain: 'a b' }, 'invalid_domain'],
  ])('%j is %s', (more, code) => {
    expect(() => new Auth0(options(more))).toThrow(expect.objectContaining({ name: 'InitializationError', code }));
  });

  it.each([
    ['example.eu.auth0.com', 'https://example.eu.auth0.com'],
    ['EXAMPLE.com:8443', 'https://example.com:8443'],
    ['localhost:4455', 'https://localhost:4455'],
    ['http://localhost:4455', 'http://localhost:4455'],
    ['http://localhost:4455/', 'http://localhost:4455'],
    ['https://localhost:4455', 'https://localhost:4455'],
    ['http://127.0.0.1:80', 'http://127.0.0.1'],
    ['http://[::1]:4455', 'http://[::1]:4455'],
    ['http://tenant.localhost:4455', 'http://tenant.localhost:4455'],
  ])('%s is reached at %s', (domain, origin) => {
    expect(configure(options({ domain })).origin).toBe(origin);
  });

  it('S34: a client secret is refused, under either name', () => {
    for (const name of ['clientSecret', 'client_secret'])
      expect(() => new Auth0(options({ [name]: 's' }))).toThrow(/secret/);
  });

  it('plain http elsewhere needs the dangerous option, and warns once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const lan = options({ domain: 'http://192.168.1.9:4455', dangerouslyAllowInsecureDomain: true });
    expect(configure(lan)).toMatchObject({ origin: 'http://192.168.1.9:4455', insecure: true, loopback: false });
    configure(lan);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/WITHOUT ENCRYPTION/);
  });

  it('S21: the defaults', () => {
    expect(configure(options())).toMatchObject({
      cacheLocation: 'memory',
      scope: 'openid profile email',
      useRefreshTokens: true,
      timeoutMs: 10_000,
      maxRetries: 0,
      leeway: 60,
    });
  });

  it('names of different clients never meet, whatever is in them', () => {
    const namespaces = [
      options(),
      options({ clientId: 'c/d' }),
      options({ clientId: 'c', credentialsManagerStorageKey: 'd' }),
      options({ clientId: 'c|d' }),
      options({ domain: 'example.eu.auth0.com:444' }),
    ].map((each) => configure(each).namespace);
    expect(new Set(namespaces).size).toBe(namespaces.length);
    for (const one of namespaces)
      for (const other of namespaces) if (one !== other) expect(other.startsWith(`${one}|`)).toBe(false);
  });
});

describe('on a server', () => {
  it('S35, known failure 1c-29: importing and constructing touch no network, storage, timer or global', async () => {
    const spies = [
      vi.spyOn(globalThis, 'fetch'),
      vi.spyOn(globalThis, 'setTimeout'),
      vi.spyOn(globalThis, 'setInterval'),
      vi.spyOn(globalThis.crypto, 'getRandomValues'),
    ];
    const globals = Object.keys(globalThis).sort();
    vi.resetModules();
    const { Auth0: Fresh } = await import('../src/core.ts');
    const calls = spies.map((spy) => spy.mock.calls.length);
    new Fresh(options());
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual(calls);
    expect(calls[0]).toBe(0);
    expect(Object.keys(globalThis).sort()).toEqual(globals);
  });

  it('S35: two clients of one process share nothing', async () => {
    const one = new Auth0(options({ cacheLocation: 'localstorage' }));
    const two = new Auth0(options({ cacheLocation: 'localstorage' }));
    await one.credentialsManager.saveCredentials({
      idToken: '',
      accessToken: 'a',
      tokenType: 'Bearer',
      expiresAt: 9e9,
    });
    expect(await one.credentialsManager.hasValidCredentials()).toBe(true);
    expect(await two.credentialsManager.hasValidCredentials()).toBe(false);
  });

  it('starts signed out, with no login to resume or to cancel', async () => {
    const auth0 = new Auth0(options({ domain: 'http://localhost:1', cacheLocation: 'indexeddb' }));
    await auth0.webAuth.cancelWebAuth();
    expect(await auth0.webAuth.resumeSession()).toBeNull();
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toEqual({ user: null, error: null, isLoading: false });
  });
});
