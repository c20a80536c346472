import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../server/app.ts';
import type { TenantControls } from '../server/ask-tenant.ts';
import { openNotesStore } from '../server/notes-store.ts';

import { createDevice, type Device } from './device.ts';
import { startIssuer, type TokenChanges } from './issuer.ts';

const audience = 'https://api.postern.test';
const filesAudience = 'https://files.postern.test';
/** Where the page is; the server itself is on another port, behind its proxy. */
const origin = 'http://localhost:5173';
const notes = openNotesStore(':memory:');
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let device: Device;
let base: string;
let nonce: string;
const closers: Array<() => unknown> = [];

/** The API on a real port. */
async function startApi(issuerUrl: string, controls?: TenantControls): Promise<string> {
  const app = createApp({ token: { issuer: issuerUrl, audience, origin }, filesAudience, notes, controls });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
}

/** A token bound to the device's key. */
const tokenOf = (changes: TokenChanges = {}) =>
  issuer.token({ ...changes, claims: { cnf: { jkt: device.jkt }, ...changes.claims } });

interface Call extends RequestInit {
  readonly api?: string;
  readonly proof?: string | undefined;
}

/** A request as the SDK sends it. `proof` replaces the right one. */
async function call(path: string, token: string | undefined, { api = base, proof, ...init }: Call = {}) {
  const { method = 'GET' } = init;
  const url = `${origin}/api${path.split('?')[0]}`;
  const headers: Record<string, string> = token
    ? { Authorization: `DPoP ${token}`, DPoP: proof ?? (await device.prove(method, url, token, nonce)) }
    : {};
  return fetch(`${api}${path}`, { ...init, headers: { ...headers, ...init.headers } });
}
const post = (token: string, body: unknown) => call('/notes', token, { method: 'POST', body: JSON.stringify(body) });

/** The server's nonce, learned as a client does: by being refused. */
async function learnNonce(api: string): Promise<string> {
  const token = await tokenOf();
  const proof = await device.prove('GET', `${origin}/api/notes`, token);
  const response = await call('/notes', token, { api, proof });
  return response.headers.get('dpop-nonce') ?? '';
}

beforeAll(async () => {
  [issuer, device] = await Promise.all([startIssuer(audience), createDevice()]);
  base = await startApi(issuer.issuer);
  nonce = await learnNonce(base);
});
afterAll(async () => {
  for (const close of closers) close();
  await issuer.close();
  notes.close();
});

describe('access tokens', () => {
  it('lets a token of this tenant, for this API, with the scope through', async () => {
    const response = await call('/notes', await tokenOf());
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ notes: [] });
  });

  it('answers a request without a token 401 and names no error (RFC 6750 section 3.1)', async () => {
    const response = await call('/notes', undefined);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('DPoP algs="ES256"');
  });

  it.each([
    ['expired', () => tokenOf({ expiresIn: -60 }), 'has expired'],
    ['for another API', () => tokenOf({ claims: { aud: 'https://other.test' } }), 'another API'],
    ['an ID token (its audience is the client)', () => tokenOf({ claims: { aud: 'postern-spa' } }), 'another API'],
    ['of another tenant', () => tokenOf({ claims: { iss: 'https://evil.test/' } }), 'another tenant'],
    [
      'of the issuer without its slash',
      () => tokenOf({ claims: { iss: issuer.issuer.slice(0, -1) } }),
      'another tenant',
    ],
    ['without a subject', () => tokenOf({ subject: null }), 'not valid'],
    ['signed by a stranger', () => issuer.forgedToken(), 'not valid'],
    ['unsigned', async () => issuer.unsignedToken(), 'not valid'],
    ['not a JWT at all', async () => 'opaque', 'not valid'],
    ['bound to no key', () => issuer.token(), 'bound to no key'],
    ['bound to another key', () => tokenOf({ claims: { cnf: { jkt: 'x' } } }), 'another key'],
  ])('refuses a token that is %s', async (_, makeToken, reason) => {
    const token = await makeToken();
    const response = await call('/notes', token);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_token"/);
    const body = await response.text();
    expect(body).toContain(reason);
    expect(body).not.toContain(token);
  });

  it.each(['Basic', 'Bearer', 'DPoP DPoP'])('refuses the scheme "%s"', async (scheme) => {
    const token = await tokenOf();
    const headers = { Authorization: `${scheme} ${token}` };
    expect((await call('/notes', token, { headers })).status).toBe(401);
  });

  it('does not take a token from the query', async () => {
    expect((await call(`/notes?access_token=${await tokenOf()}`, undefined)).status).toBe(401);
  });

  it('blames itself, not the caller, when the keys of the tenant cannot be had', async () => {
    const other = await startIssuer(audience);
    other.breakKeys();
    const api = await startApi(other.issuer);
    const response = await call('/notes', await other.token(), { api });
    expect(response.status).toBe(503);
    expect(response.headers.get('www-authenticate')).toBeNull();
    await other.close();
  });
});

describe('scopes', () => {
  it.each([
    ['GET', '/notes', 'write:notes', 'read:notes'],
    ['POST', '/notes', 'read:notes', 'write:notes'],
    ['DELETE', '/notes/1', 'read:notes', 'write:notes'],
    ['GET', '/notes', '', 'read:notes'],
    ['GET', '/notes', 'read:notesx xread:notes', 'read:notes'],
  ])('%s %s with the scope "%s" is forbidden and names %s', async (method, path, scope, needed) => {
    const init = { method, ...(method === 'POST' && { body: '{"text":"x"}' }) };
    const response = await call(path, await tokenOf({ claims: { scope } }), init);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain(`error="insufficient_scope"`);
    expect(response.headers.get('www-authenticate')).toContain(`scope="${needed}"`);
  });
});

describe('notes', () => {
  it('are kept, listed in order and deleted', async () => {
    const token = await tokenOf({ subject: 'auth0|carol' });
    const first = (await (await post(token, { text: '  Buy 山田 stamps 😀 ' })).json()) as { id: string; text: string };
    expect(first.text).toBe('Buy 山田 stamps 😀');
    await post(token, { text: 'second' });
    const { notes: listed } = (await (await call('/notes', token)).json()) as { notes: Array<{ text: string }> };
    expect(listed.map(({ text }) => text)).toEqual(['Buy 山田 stamps 😀', 'second']);
    expect((await call(`/notes/${first.id}`, token, { method: 'DELETE' })).status).toBe(204);
    expect((await call(`/notes/${first.id}`, token, { method: 'DELETE' })).status).toBe(404);
  });

  it('belong to their author alone', async () => {
    const [ann, bob] = await Promise.all([tokenOf({ subject: 'auth0|ann' }), tokenOf({ subject: 'auth0|bob' })]);
    const note = (await (await post(ann, { text: 'private' })).json()) as { id: string };
    expect(await (await call('/notes', bob)).json()).toEqual({ notes: [] });
    expect((await call(`/notes/${note.id}`, bob, { method: 'DELETE' })).status).toBe(404);
    expect(JSON.stringify(await (await call('/notes', ann)).json())).toContain('private');
  });

  it.each([
    ['no JSON', 'text'],
    ['no text', '{}'],
    ['text of another type', '{"text":1}'],
    ['only spaces', '{"text":"   "}'],
    ['too long', JSON.stringify({ text: 'x'.repeat(2001) })],
    ['null', 'null'],
  ])('refuse a body with %s', async (_, body) => {
    const response = await call('/notes', await tokenOf(), { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_note' });
  });

  it('refuse an oversize body', async () => {
    const response = await post(await tokenOf(), { text: 'x'.repeat(100_000) });
    expect(response.status).toBe(413);
  });
});

describe("the tenant's control API", () => {
  const secret = 'control-secret-of-this-run';
  const received: Array<{ url: string | undefined; authorization: string | undefined; body: unknown }> = [];
  let control: Server;
  let api: string;

  beforeAll(async () => {
    control = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      received.push({ url: request.url, authorization: request.headers.authorization, body: JSON.parse(text) });
      response.statusCode = 204;
      response.end();
    });
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
    closers.push(() => control.close());
    const url = `http://127.0.0.1:${(control.address() as AddressInfo).port}/__tenant`;
    api = await startApi(issuer.issuer, { url, secret });
    nonce = await learnNonce(api);
  });
  const order = (name: string, token?: string) => call(`/tenant/${name}`, token, { api, method: 'POST' });

  it('is reached with the secret, which the page never sees', async () => {
    const response = await order('drop-next-token-answer', await tokenOf());
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain(secret);
    expect(received.at(-1)).toMatchObject({
      authorization: `Bearer ${secret}`,
      body: { kind: 'drop', path: '/oauth/token' },
    });
  });

  it('revokes the refresh tokens of the caller and of nobody else', async () => {
    await order('revoke-refresh-tokens', await tokenOf({ subject: 'auth0|../x' }));
    expect(received.at(-1)?.url).toBe(`/__tenant/api/users/${encodeURIComponent('auth0|../x')}/revoke`);
  });

  it('takes no order from strangers, and none it does not know', async () => {
    const before = received.length;
    expect((await order('drop-next-token-answer')).status).toBe(401);
    expect((await order('reset', await tokenOf())).status).toBe(404);
    expect((await order('constructor', await tokenOf())).status).toBe(404);
    expect(received).toHaveLength(before);
  });

  it('is absent where no local tenant is', async () => {
    nonce = await learnNonce(base);
    expect((await call('/tenant/drop-next-token-answer', await tokenOf(), { method: 'POST' })).status).toBe(404);
    expect(await (await call('/health', undefined)).json()).toEqual({ ready: true, controls: false });
  });
});
