import { afterAll, beforeAll, expect, it } from 'vitest';
import { readForm, sampleUser } from './support/browser.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';
import {
  callback,
  codeOf,
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
  const { refresh_token = '' } = await first.tokens();
  const answers = await atBoth(20, { grant_type: 'refresh_token', client_id: 'spa', refresh_token });
  expect(successes(answers)).toBe(20);
  expect((await first.refresh(String(answers[13]?.body.refresh_token))).status).toBe(200);
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
