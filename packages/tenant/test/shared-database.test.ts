import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TenantConfigInput } from '../src/index.ts';
import { readForm, sampleUser } from './support/browser.ts';
import { realmGrant } from './support/direct.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';
import {
  callback,
  codeOf,
  otherUser,
  type ProtocolTest,
  protocolConfig,
  startProtocolTest,
  verifier,
} from './support/protocol.ts';

/** Two tenants on one PostgreSQL behave as one: neither keeps anything but caches in memory. */
let postgres: TestPostgres;
let first: ProtocolTest;
let second: ProtocolTest;
let doors: readonly string[];
beforeAll(async () => {
  postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase();
  first = await startProtocolTest(protocolConfig, { databaseUrl });
  second = await startProtocolTest(protocolConfig, { databaseUrl, issuer: first.issuer });
  const { port } = new URL(second.url);
  doors = [first.issuer, `http://localhost:${port}/`];
});
afterAll(async () => {
  await Promise.all([first?.close(), second?.close()]);
  await postgres?.stop();
});

/** Half of the calls go to each tenant, all at once. */
const atBoth = (count: number, form: Record<string, string>) =>
  Promise.all(
    Array.from({ length: count }, async (_, call) => {
      const url = new URL('/oauth/token', doors[call % doors.length]);
      const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    }),
  );
const successes = (answers: readonly { status: number }[]) => answers.filter(({ status }) => status === 200).length;

it('T6: of ten calls at once at both with one code, one wins, and its tokens are then revoked', async () => {
  const code = await first.code();
  const form = { grant_type: 'authorization_code', client_id: 'spa', redirect_uri: callback, code_verifier: verifier };
  const answers = await atBoth(10, { ...form, code });
  expect(successes(answers)).toBe(1);
  const winner = answers.find(({ status }) => status === 200);
  expect((await first.refresh(String(winner?.body.refresh_token))).status).toBe(403);
});
it('T10: of 20 refreshes at once at both without leeway one wins, and the family ends', async () => {
  const { refresh_token = '' } = await first.tokens({ client_id: 'strict-spa' });
  const answers = await atBoth(20, { grant_type: 'refresh_token', client_id: 'strict-spa', refresh_token });
  expect(successes(answers)).toBe(1);
  const winner = answers.find(({ status }) => status === 200);
  const after = await first.refresh(String(winner?.body.refresh_token), { client_id: 'strict-spa' });
  expect(after.body.error_description).toBe('Unknown or invalid refresh token.');
});
it('T10: inside the leeway all 20 win, and nothing is taken for reuse', async () => {
  const now = Date.now();
  for (const { tenant } of [first, second]) tenant.context.clock.set(now);
  const { refresh_token = '' } = await first.tokens();
  const answers = await atBoth(20, { grant_type: 'refresh_token', client_id: 'spa', refresh_token });
  expect(successes(answers)).toBe(20);
  expect((await first.refresh(String(answers[13]?.body.refresh_token))).status).toBe(200);
  for (const { tenant } of [first, second]) tenant.context.clock.reset();
});
describe('limits', () => {
  let pair: readonly ProtocolTest[];
  beforeAll(async () => {
    const databaseUrl = await postgres.createDatabase();
    const config: TenantConfigInput = {
      ...protocolConfig,
      clients: [
        { clientId: 'spa', name: 'Web app', type: 'spa', callbacks: [callback] },
        { clientId: 'native', name: 'Mobile app', type: 'native', grantTypes: [realmGrant] },
      ],
      rateLimits: { userinfo: { burst: 5, perMinute: 1 } },
      attackProtection: { maxAttempts: 4 },
    };
    const one = await startProtocolTest(config, { databaseUrl });
    pair = [one, await startProtocolTest(config, { databaseUrl, issuer: one.issuer })];
  });
  afterAll(() => Promise.all(pair.map((test) => test.close())));
  const at = (call: number) => pair[call % pair.length] ?? first;

  it('of rates are those of one tenant: of 12 calls at once at both, as many pass as one would let through', async () => {
    const { access_token: token } = await at(0).tokens();
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async (_, call) => {
        const url = new URL('/userinfo', at(call).url);
        return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
  });
  it('of wrong passwords count what was tried at either', async () => {
    const logIn = async (test: ProtocolTest, password: string) => {
      const form = {
        grant_type: realmGrant,
        client_id: 'native',
        realm: 'Username-Password-Authentication',
        username: 'other@example.com',
        password,
      };
      const response = await fetch(new URL('/oauth/token', test.url), {
        method: 'POST',
        body: new URLSearchParams(form),
      });
      return (await response.json()) as Record<string, unknown>;
    };
    expect(await logIn(at(0), otherUser.password)).toHaveProperty('access_token');
    for (let call = 0; call < 4; call += 1) {
      expect(await logIn(at(call), 'wrong')).toMatchObject({ error: 'invalid_grant' });
    }
    for (const test of pair) {
      expect(await logIn(test, otherUser.password)).toMatchObject({ error: 'too_many_attempts' });
    }
  });
});

it('the key that one rotates to signs at the other a second later, and what was signed before is still good there', async () => {
  const { access_token: before } = await first.tokens();
  await first.tenant.control.rotateKeys();
  const [key] = (await first.tenant.context.keys.jwks()).keys;
  await vi.waitFor(
    async () => {
      const token = await second.tenant.context.keys.sign({ sub: 'x' });
      expect(decodeProtectedHeader(token).kid).toBe(key?.kid);
    },
    { timeout: 10_000, interval: 100 },
  );
  const url = new URL('/userinfo', second.url);
  expect((await fetch(url, { headers: { authorization: `Bearer ${before}` } })).status).toBe(200);
});
it('a login that begins at one goes on at the other', async () => {
  const browser = first.browser();
  const page = await browser.open(first.authorizeUrl());
  const { fields } = readForm(page.html);
  const posted = await browser.request(new URL('/u/login', doors[1]), {
    method: 'POST',
    body: new URLSearchParams({ ...fields, ...sampleUser }),
  });
  expect(posted.status).toBe(303);
  const done = await browser.open(new URL(posted.headers.get('location') ?? '', first.issuer));
  expect((await first.redeem(codeOf(done))).status).toBe(200);
});
