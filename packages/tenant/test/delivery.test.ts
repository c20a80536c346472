import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TenantConfigInput } from '../src/config/schema.ts';
import { waitUntil } from '../src/support/wait-until.ts';
import { createTenant, type Tenant, type TenantOptions } from '../src/tenant.ts';
import { type MfaTest, mfaConfig, startMfaTest } from './support/mfa.ts';

const otpGrant = 'http://auth0.com/oauth/grant-type/passwordless/otp';

const config = (delivery: TenantConfigInput['delivery']): TenantConfigInput => ({
  name: 'Delivery tests',
  clients: [{ clientId: 'app', name: 'App', type: 'native', grantTypes: ['authorization_code', otpGrant] }],
  connections: [
    { name: 'Username-Password-Authentication', strategy: 'auth0' },
    { name: 'email', strategy: 'email' },
    { name: 'sms', strategy: 'sms' },
  ],
  users: [{ email: 'user@example.com', password: 'Correct-Horse-42' }],
  delivery: { retryDelay: 0.02, ...delivery },
});

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

/** A real SMTP server that answers with these codes first (0: drops the connection), then takes what comes. */
async function startSmtp(
  refusals: readonly number[] = [],
  { account, secure = false }: { account?: { user: string; pass: string }; secure?: boolean } = {},
) {
  const mails: Mail[] = [];
  const left = [...refusals];
  let tries = 0;
  const server = new SMTPServer({
    authOptional: account === undefined,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      const isRight = username === account?.user && password === account?.pass;
      done(isRight ? null : new Error('No'), { user: username });
    },
    // With its own certificate, that nobody has signed.
    secure,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        tries += 1;
        const refusal = left.shift();
        if (refusal !== undefined) {
          done(Object.assign(new Error('No, with the code 123456 of the mail'), { responseCode: refusal }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    tries: () => tries,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** An endpoint that answers with these statuses first, then 204. */
async function startWebhook(statuses: readonly number[] = []) {
  const bodies: Record<string, unknown>[] = [];
  const left = [...statuses];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      bodies.push(JSON.parse(text));
      const status = left.shift() ?? 204;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('the code is secret');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/sms`,
    bodies,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  while (open.length > 0) await open.pop()?.();
});

async function start(delivery: TenantConfigInput['delivery'], options: TenantOptions = {}): Promise<Tenant> {
  const tenant = await createTenant(config(delivery), options);
  await tenant.listen({ port: 0 });
  open.push(() => tenant.close());
  return tenant;
}

async function ask(tenant: Tenant, body: Record<string, string>) {
  const response = await fetch(`${tenant.context.issuer}passwordless/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: 'app', send: 'code', ...body }),
  });
  expect(response.status).toBe(200);
}

async function logIn(tenant: Tenant, realm: string, username: string, otp: string) {
  const response = await fetch(`${tenant.context.issuer}oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: otpGrant, client_id: 'app', realm, username, otp, scope: 'openid' }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function smsAuthenticator({ tenant }: MfaTest): Promise<string> {
  const found = (await tenant.control.mfa.authenticators('auth0|ada')).find(({ factor }) => factor === 'sms');
  return found?.id ?? 'none';
}

/** The event that says a message got out, or finally did not. */
const settled = (tenant: Tenant, state: 'sent' | 'failed') =>
  waitUntil(async () => (await tenant.control.outbox.list()).find(({ delivery }) => delivery === state), {
    timeoutMs: 10_000,
    onWake: (wake) => tenant.context.events.subscribe(wake),
  });

describe('SMTP', () => {
  it('a mail is taken by a real server, and the code in it logs in', async () => {
    const smtp = await startSmtp();
    open.push(smtp.close);
    const tenant = await start({ smtp: smtp.url, from: 'Local <local@postern.test>' });
    await ask(tenant, { connection: 'email', email: 'new@example.com' });
    const message = await settled(tenant, 'sent');
    expect(message).toMatchObject({ delivery: 'sent', attempts: 1, to: 'new@example.com' });

    expect(smtp.mails).toHaveLength(1);
    const [mail] = smtp.mails;
    expect(mail).toMatchObject({ from: 'local@postern.test', to: ['new@example.com'] });
    expect(mail?.source).toMatch(/Content-Type: multipart\/alternative/);
    expect(mail?.source).toMatch(/Content-Type: text\/plain/);
    expect(mail?.source).toMatch(/Content-Type: text\/html/);
    const [code = ''] = /(?<=^|\s)\d{6}(?=\s|$)/m.exec(mail?.source.split('text/plain')[1] ?? '') ?? [];
    expect(code).toBe(message?.code);
    const { status, body } = await logIn(tenant, 'email', 'new@example.com', code);
    expect({ status, type: body.token_type }).toEqual({ status: 200, type: 'Bearer' });
    const event = await tenant.control.events.waitFor({ type: 'message.sent' });
    expect(event.sentence).toMatch(/^Message \d+ \(passwordless_code, email\) was taken by SMTP\.$/);
  });

  const account = { user: 'postern@example.com', pass: 'p@ss/word:1' };
  const withAccount = (scheme: string, port: number, { user, pass } = account, query = '') =>
    `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(pass)}@127.0.0.1:${port}${query}`;

  it('logs in with the user and password of the address', async () => {
    const smtp = await startSmtp([], { account });
    open.push(smtp.close);
    const tenant = await start({ smtp: withAccount('smtp', smtp.port) });
    await ask(tenant, { connection: 'email', email: 'new@example.com' });
    expect(await settled(tenant, 'sent')).toMatchObject({ attempts: 1 });
    expect(smtp.mails).toHaveLength(1);
  });

  it('S36: a password that the server refuses ends it, and is told nowhere', async () => {
    const smtp = await startSmtp([], { account });
    open.push(smtp.close);
    const tenant = await start({ smtp: withAccount('smtp', smtp.port, { ...account, pass: 'wrong-secret' }) });
    await ask(tenant, { connection: 'email', email: 'new@example.com' });
    const message = await settled(tenant, 'failed');
    expect(message).toMatchObject({ attempts: 1, lastError: 'The SMTP server answered 535.' });
    expect(JSON.stringify([message, await tenant.control.events.list()])).not.toMatch(/wrong-secret|postern@example/);
    expect(smtp.mails).toHaveLength(0);
  });

  it('speaks TLS with smtps://, and takes no certificate that nobody has signed unless the address says so', async () => {
    const smtp = await startSmtp([], { account, secure: true });
    open.push(smtp.close);
    const strict = await start({ smtp: withAccount('smtps', smtp.port), attempts: 1 });
    await ask(strict, { connection: 'email', email: 'new@example.com' });
    expect(await settled(strict, 'failed')).toMatchObject({
      lastError: expect.stringMatching(/^The SMTP server failed/),
    });
    const lax = await start({ smtp: withAccount('smtps', smtp.port, account, '?tls.rejectUnauthorized=false') });
    await ask(lax, { connection: 'email', email: 'new@example.com' });
    expect(await settled(lax, 'sent')).toMatchObject({ attempts: 1 });
    expect(smtp.mails).toHaveLength(1);
  });

  it.each([[[451, 451]], [[421]]])('a passing refusal (%j) is tried again', async (refusals) => {
    const smtp = await startSmtp(refusals);
    open.push(smtp.close);
    const tenant = await start({ smtp: smtp.url });
    await ask(tenant, { connection: 'email', email: 'new@example.com' });
    expect(await settled(tenant, 'sent')).toMatchObject({ attempts: refusals.length + 1 });
    expect(smtp.mails).toHaveLength(1);
  });

  it('a final refusal is not tried again, and neither message nor event repeats what the server said', async () => {
    const smtp = await startSmtp([550, 550, 550]);
    open.push(smtp.close);
    const tenant = await start({ smtp: smtp.url });
    await ask(tenant, { connection: 'email', email: 'new@example.com' });
    expect(await settled(tenant, 'failed')).toMatchObject({
      attempts: 1,
      lastError: 'The SMTP server answered 550.',
    });
    const event = await tenant.control.events.waitFor({ type: 'message.not_sent' });
    expect(event.sentence).toMatch(/did not get out: The SMTP server answered 550; it is in the outbox only\.$/);
    expect(smtp.tries()).toBe(1);
  });

  it('a server that is not there fails the message after the last try, not the login', async () => {
    const smtp = await startSmtp();
    await smtp.close();
    const tenant = await start({ smtp: smtp.url, attempts: 3 });
    await ask(tenant, { connection: 'email', email: 'new@example.com' });
    const message = await settled(tenant, 'failed');
    expect(message).toMatchObject({ attempts: 3, lastError: 'The SMTP server failed (ESOCKET).' });
    expect((await logIn(tenant, 'email', 'new@example.com', message?.code ?? '')).status).toBe(200);
  });

  it('what is queued when the tenant stops goes out at the next start, once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'postern-delivery-'));
    open.push(() => rm(dataDir, { recursive: true, force: true }));
    const smtp = await startSmtp([451]);
    open.push(smtp.close);
    const first = await createTenant(config({ smtp: smtp.url, retryDelay: 0.2 }), { dataDir });
    await first.listen({ port: 0 });
    await ask(first, { connection: 'email', email: 'new@example.com' });
    await first.control.events.waitFor({ type: 'message.not_sent' });
    await first.close();
    expect(smtp.mails).toHaveLength(0);

    const second = await start({ smtp: smtp.url }, { dataDir });
    expect(await settled(second, 'sent')).toMatchObject({ attempts: 2 });
    expect(smtp.mails).toHaveLength(1);
  });

  it('text messages stay in the outbox when there is no webhook', async () => {
    const smtp = await startSmtp();
    open.push(smtp.close);
    const tenant = await start({ smtp: smtp.url });
    await ask(tenant, { connection: 'sms', phone_number: '+15550123456' });
    const message = await tenant.control.outbox.lastMessage({ to: '+15550123456' });
    expect(message.delivery).toBeUndefined();
    expect(message.code).toMatch(/^\d{6}$/);
  });
});

describe('SMS webhook', () => {
  it('gets the message as JSON, and its code logs in, after the endpoint failed twice', async () => {
    const webhook = await startWebhook([500, 503]);
    open.push(webhook.close);
    const tenant = await start({ smsWebhook: webhook.url });
    await ask(tenant, { connection: 'sms', phone_number: '+15550123456' });
    const message = await settled(tenant, 'sent');
    expect(message).toMatchObject({ attempts: 3 });
    expect(webhook.bodies).toHaveLength(3);
    const { text, code } = message ?? {};
    expect(webhook.bodies[2]).toEqual({
      to: '+15550123456',
      channel: 'sms',
      text,
      code,
      template: 'passwordless_code',
    });
    expect((await logIn(tenant, 'sms', '+15550123456', String(webhook.bodies[2]?.code))).status).toBe(200);
  });

  it.each([400, 302, 404])('an answer that will not change (%d) is not asked for again', async (status) => {
    const webhook = await startWebhook([status]);
    open.push(webhook.close);
    const tenant = await start({ smsWebhook: webhook.url });
    await ask(tenant, { connection: 'sms', phone_number: '+15550123456' });
    expect(await settled(tenant, 'failed')).toMatchObject({
      attempts: 1,
      lastError: `The SMS webhook answered ${status}.`,
    });
    expect(webhook.bodies).toHaveLength(1);
  });

  it('mails are none of its business', async () => {
    const webhook = await startWebhook();
    open.push(webhook.close);
    const tenant = await start({ smsWebhook: webhook.url });
    await ask(tenant, { connection: 'email', email: 'new@example.com' });
    expect((await tenant.control.outbox.lastMessage({ to: 'new@example.com' })).delivery).toBeUndefined();
  });
});

describe('fixed codes', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    const base = config({});
    tenant = await createTenant({
      ...base,
      users: [{ email: 'fixed@example.com', connection: 'email', fixedCode: '424242' }],
    });
    await tenant.listen({ port: 0 });
  });
  afterAll(() => tenant.close());

  const control = (path: string, init: RequestInit = {}) =>
    fetch(`${tenant.context.issuer}__tenant/api${path}`, {
      ...init,
      headers: { authorization: `Bearer ${tenant.control.secret}`, 'content-type': 'application/json' },
    });

  it('a user of the configuration has the same code every time, which works once per message', async () => {
    for (const turn of [1, 2]) {
      await ask(tenant, { connection: 'email', email: 'Fixed@example.com' });
      expect((await logIn(tenant, 'email', 'fixed@example.com', '424242')).status, `turn ${turn}`).toBe(200);
      expect((await logIn(tenant, 'email', 'fixed@example.com', '424242')).status, 'again').toBe(403);
    }
  });

  it('counts for second factors by message, too, and only in the login it was sent for', async () => {
    const mfa = await startMfaTest({
      users: mfaConfig.users.map((user) => ('mfa' in user ? { ...user, fixedCode: '424242' } : user)),
    });
    open.push(() => mfa.close());
    const [mine, other] = [await mfa.mfaToken(), await mfa.mfaToken()];
    const sms = { challenge_type: 'oob', authenticator_id: await smsAuthenticator(mfa) };
    const { body } = await mfa.challenge(mine, sms);
    expect((await mfa.verifyOob(other, body.oob_code, '424242')).status, 'another login').toBe(403);
    expect((await mfa.verifyOob(mine, body.oob_code, '424242')).status).toBe(200);
    expect((await mfa.verifyOob(mine, body.oob_code, '424242')).status, 'twice').not.toBe(200);
  });

  it('without a message the fixed code is worth nothing', async () => {
    expect((await logIn(tenant, 'sms', '+15550199999', '424242')).status).toBe(403);
  });

  it('the control API sets and removes one; other addresses keep random codes', async () => {
    const put = (body: object) => control('/codes', { method: 'PUT', body: JSON.stringify(body) });
    expect((await put({ to: '+15550123456', code: '111111' })).status).toBe(204);
    await ask(tenant, { connection: 'sms', phone_number: '+15550123456' });
    expect((await logIn(tenant, 'sms', '+15550123456', '111111')).status).toBe(200);
    await ask(tenant, { connection: 'sms', phone_number: '+15550123457' });
    expect(await tenant.control.mfa.lastCode({ to: '+15550123457' })).not.toBe('111111');
    expect((await put({ to: '+15550123456', code: null })).status).toBe(204);
    await ask(tenant, { connection: 'sms', phone_number: '+15550123456' });
    expect(await tenant.control.mfa.lastCode({ to: '+15550123456' })).not.toBe('111111');
    const event = await tenant.control.events.waitFor({ type: 'code.fixed' });
    expect(event.sentence).not.toContain('111111');
  });

  it.each([{ to: 'a@example.com', code: '12345' }, { to: 'a@example.com', code: 'abcdef' }, { code: '123456' }, {}])(
    'a code that could not be sent is refused: %j',
    async (body) => {
      expect((await control('/codes', { method: 'PUT', body: JSON.stringify(body) })).status).toBe(400);
    },
  );

  it('the last message is found by address and template, over HTTP as well', async () => {
    await ask(tenant, { connection: 'email', email: 'fixed@example.com' });
    const response = await control('/outbox/last?to=fixed@example.com&template=passwordless_code');
    expect(await response.json()).toMatchObject({ code: '424242', channel: 'email' });
    expect((await control('/outbox/last?to=nobody@example.com')).status).toBe(404);
    await expect(tenant.control.outbox.lastMessage({ to: 'nobody@example.com' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('T37: setting a code takes the secret', async () => {
    const response = await fetch(`${tenant.context.issuer}__tenant/api/codes`, {
      method: 'PUT',
      body: JSON.stringify({ to: 'user@example.com', code: '123456' }),
    });
    expect(response.status).toBe(401);
  });
});
