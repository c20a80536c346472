import { afterAll, beforeAll, expect, it } from 'vitest';
import { callback, type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const open = (client_id: string, redirect_uri: string | undefined) =>
  test.browser().open(test.authorizeUrl({ client_id, redirect_uri, prompt: 'none' }));

it.each([
  ['a trailing slash', `${callback}/`],
  ['an extra query', `${callback}?x=1`],
  ['an empty query', `${callback}?`],
  ['another case in the path', 'https://app.example.test/Callback'],
  ['another case in the host', 'https://APP.example.test/callback'],
  ['path traversal', 'https://app.example.test/x/../callback'],
  ['an encoded letter', 'https://app.example.test/%63allback'],
  ['the default port', 'https://app.example.test:443/callback'],
  ['user info', 'https://app.example.test@evil.test/callback'],
  ['a longer host', 'https://app.example.test.evil.test/callback'],
  ['a fragment', `${callback}#x`],
  ['http instead of https', 'http://app.example.test/callback'],
  ['a registered query changed', 'https://app.example.test/other?x=2'],
  ['no URL at all', 'callback'],
  ['a script', 'javascript:alert(1)'],
])('T1: refuses %s without redirecting', async (_what, uri) => {
  const page = await open('spa', uri);
  expect(page.callback).toBeUndefined();
  expect(page.status).toBe(403);
  const event = await test.lastEvent('authorize.rejected');
  expect(event.sentence).toContain(uri);
  expect(event.sentence).toContain('for client spa; registered: https://app.example.test/callback');
});
it('T1: refuses a missing redirect_uri, even with one registered', async () => {
  const page = await open('spa', undefined);
  expect([page.status, page.callback]).toEqual([400, undefined]);
});
it('T1: the error page escapes what was sent', async () => {
  const page = await open('spa', 'https://evil.test/<script>alert(1)</script>');
  expect(page.html).not.toContain('<script>alert');
  expect(page.html).toContain('&lt;script&gt;');
});

it.each([
  'http://127.0.0.1/callback',
  'http://127.0.0.1:1/callback',
  'http://127.0.0.1:65535/callback',
  'http://[::1]:9/callback',
])('T2: a native client may use any port of loopback: %s', async (uri) => {
  const page = await open('native', uri);
  expect(page.callback?.href.startsWith(uri)).toBe(true);
  expect(page.callback?.searchParams.get('error')).toBe('login_required');
});
it.each([
  ['another path', 'http://127.0.0.1:5000/other'],
  ['an extra query', 'http://127.0.0.1:5000/callback?x=1'],
  ['another loopback name', 'http://localhost:5000/callback'],
  ['https', 'https://127.0.0.1:5000/callback'],
  ['user info', 'http://a@127.0.0.1:5000/callback'],
  ['a host that begins like it', 'http://127.0.0.1.evil.test:5000/callback'],
  ['a port that is a host', 'http://127.0.0.1:5000@evil.test/callback'],
])('T2: everything but the port is exact: %s', async (_what, uri) => {
  expect((await open('native', uri)).callback).toBeUndefined();
});
it('T2: a web client may not use any port', async () => {
  const own = await startProtocolTest({
    clients: [{ clientId: 'spa', name: 'Web', type: 'spa', callbacks: ['http://127.0.0.1:3000/callback'] }],
  });
  const ask = async (redirect_uri: string) =>
    (await own.browser().open(own.authorizeUrl({ redirect_uri, audience: undefined, prompt: 'none' }))).callback;
  expect(await ask('http://127.0.0.1:3001/callback')).toBeUndefined();
  expect(await ask('http://127.0.0.1:3000/callback')).toBeDefined();
  await own.close();
});
it.each(['http://localhost:3000/', 'http://127.0.0.1:8080/a/b?c=d', 'http://[::1]:5173/x'])(
  'allowLoopbackCallbacks takes any loopback address: %s',
  async (uri) => {
    expect((await open('dev-spa', uri)).callback?.searchParams.get('error')).toBe('login_required');
  },
);
it.each([
  'http://192.168.1.7:3000/',
  'http://localhost.evil.test/',
  'https://localhost:3000/',
  'http://user@localhost:3000/',
  'http://localhost:3000/#x',
])('allowLoopbackCallbacks takes nothing else: %s', async (uri) => {
  expect((await open('dev-spa', uri)).callback).toBeUndefined();
});

it('T3: an http address of another host is refused, even if somebody registered it', async () => {
  const { checkRedirectUri } = await import('../src/routes/authorize/check-redirect-uri.ts');
  const { clientSchema } = await import('../src/config/schema.ts');
  const uri = 'http://app.example.test/callback';
  const client = clientSchema.parse({ clientId: 'a', name: 'A', type: 'spa', callbacks: [uri] });
  expect(() => checkRedirectUri(client, { redirect_uri: uri })).toThrow('Callback URL mismatch.');
});
it('a private-use scheme is compared as a string', async () => {
  expect((await open('native', 'com.example.app://callback')).callback?.protocol).toBe('com.example.app:');
  expect((await open('native', 'com.example.app://callback/x')).callback).toBeUndefined();
  expect((await open('native', 'com.evil.app://callback')).callback).toBeUndefined();
});
