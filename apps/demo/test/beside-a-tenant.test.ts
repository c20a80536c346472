import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createTenant, type Tenant } from '@postern/tenant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../server/app.ts';
import { openNotesStore } from '../server/notes-store.ts';

/** What the demo's server does beside a local tenant: a real one, on a real port. */

const webApp = 'http://localhost:5173';
const notes = openNotesStore(':memory:');
let tenant: Tenant;
let issuer: string;
let api: string;
let close: () => unknown;

beforeAll(async () => {
  tenant = await createTenant();
  ({ issuer } = await tenant.listen({ port: 0 }));
  const app = createApp({
    token: { issuer, audience: 'https://api.postern.test', origin: webApp },
    filesAudience: 'https://files.postern.test',
    notes,
    controls: { url: `${issuer}__tenant`, secret: tenant.control.secret },
    shell: { domain: issuer.replace(/\/$/, ''), clientId: 'postern-native', webApp },
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  close = () => server.close();
});
afterAll(async () => {
  close?.();
  await tenant?.close();
  notes.close();
});

const askTenant = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${issuer}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ client_id: 'postern-spa', ...(body as object) }),
  });
const sendCode = (email: string) => askTenant('passwordless/start', { connection: 'email', email, send: 'code' });

interface Inbox {
  readonly messages: Array<{ to: string; code?: string; link?: string; channel: string }>;
  readonly questions: string[];
}
async function readInbox(...who: string[]): Promise<Inbox> {
  const response = await fetch(`${api}/inbox?${who.map((name) => `who=${encodeURIComponent(name)}`).join('&')}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Inbox;
}

describe('the inbox', () => {
  it('holds the messages to the people named, the newest first, and nobody else’s', async () => {
    for (const email of ['ann@example.com', 'bob@example.com', 'ann@example.com']) await sendCode(email);
    const { messages } = await readInbox('ann@example.com');
    expect(messages.map(({ to }) => to)).toEqual(['ann@example.com', 'ann@example.com']);
    expect(messages[0]?.code).toBe(await tenant.control.mfa.lastCode({ to: 'ann@example.com' }));
    expect((await readInbox()).messages).toEqual([]);
    expect((await readInbox('carol@example.com', ' ')).messages).toEqual([]);
  });

  it('never holds the secret of the control API', async () => {
    const response = await fetch(`${api}/inbox?who=ann@example.com`);
    expect(await response.text()).not.toContain(tenant.control.secret);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['cross-site', 'same-site', 'none'])('is closed to pages of other origins (%s)', async (site) => {
    const headers = { 'Sec-Fetch-Site': site };
    for (const path of ['/inbox?who=ann@example.com', '/inbox/answer', '/shell/log-in', '/shell/open']) {
      const method = path.startsWith('/inbox?') ? 'GET' : 'POST';
      expect((await fetch(`${api}${path}`, { method, headers })).status, path).toBe(403);
    }
  });

  it('is closed to a page whose name was pointed at this machine', async () => {
    const { port } = new URL(api);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { Host: `evil.test:${port}`, 'Sec-Fetch-Site': 'same-origin' };
      get({ host: '127.0.0.1', port, path: '/api/inbox?who=ann@example.com', headers }, ({ statusCode }) =>
        resolve(statusCode),
      ).on('error', reject);
    });
    expect(status).toBe(403);
  });

  it('looks up ten names at most, and none that is endless', async () => {
    await sendCode('last@example.com');
    const strangers = Array.from({ length: 10 }, (_, index) => `stranger-${index}@example.com`);
    expect((await readInbox(...strangers, 'last@example.com')).messages).toEqual([]);
    expect((await readInbox('x'.repeat(201), 'last@example.com')).messages).toHaveLength(1);
  });

  it('shows the question on a device, and answers it', async () => {
    const login = await askTenant('oauth/token', {
      grant_type: 'password',
      username: 'user@example.com',
      password: 'Correct-Horse-42',
      acr_values: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
    });
    const { mfa_token: mfaToken } = (await login.json()) as { mfa_token: string };
    const started = await fetch(`${issuer}mfa/associate`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${mfaToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ authenticator_types: ['oob'], oob_channels: ['auth0'] }),
    });
    const { oob_code } = (await started.json()) as { oob_code: string };
    expect((await readInbox('user@example.com')).questions).toEqual(['user@example.com']);

    const answer = (body: unknown) =>
      fetch(`${api}/inbox/answer`, { method: 'POST', body: JSON.stringify(body) }).then(({ status }) => status);
    expect(await answer({ who: 'user@example.com', answer: 'revoke' })).toBe(400);
    expect(await answer({ answer: 'approve' })).toBe(400);
    expect(await answer({ who: 'nobody@example.com', answer: 'approve' })).toBe(404);
    expect(await answer({ who: 'user@example.com', answer: 'approve' })).toBe(204);
    expect(await answer({ who: 'user@example.com', answer: 'deny' })).toBe(404);
    const grant_type = 'http://auth0.com/oauth/grant-type/mfa-oob';
    expect((await askTenant('oauth/token', { grant_type, mfa_token: mfaToken, oob_code })).status).toBe(200);
  });
});

describe('the native app', () => {
  const logIn = (email: string, password: string) =>
    fetch(`${api}/shell/log-in`, { method: 'POST', body: JSON.stringify({ email, password }) });
  const open = (cookie?: string) =>
    fetch(`${api}/shell/open`, { method: 'POST', redirect: 'manual', headers: cookie ? { Cookie: cookie } : {} });

  it('signs in, keeps its tokens, and opens the web app with something that works once', async () => {
    await tenant.control.reset();
    const response = await logIn('user@example.com', 'Correct-Horse-42');
    expect(await response.text()).toBe('{"user":"Robin Sample"}');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);

    const opened = await open(cookie.split(';')[0]);
    expect(opened.status).toBe(303);
    const address = new URL(opened.headers.get('location') ?? '');
    expect(address.origin + address.pathname).toBe(`${webApp}/from-app`);
    const transfer = address.searchParams.get('session_transfer_token') ?? '';
    expect(transfer).not.toBe('');
    expect(transfer).not.toMatch(/^eyJ/);
    const again = new URL((await open(cookie.split(';')[0])).headers.get('location') ?? '');
    expect(again.searchParams.get('session_transfer_token')).not.toBe(transfer);
  });

  it('is refused with a wrong password, in the tenant’s words', async () => {
    const response = await logIn('user@example.com', 'not the password');
    expect(response.status).toBe(400);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it.each([undefined, 'native_shell=somebody-elses'])('opens nothing without a login (%s)', async (cookie) => {
    expect((await open(cookie)).status).toBe(401);
  });
});
