import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './support/cli.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';

/** Two processes of the published command, with nothing in common but a PostgreSQL. */
const issuer = 'http://tenant.test/';
const redirect_uri = 'http://localhost:3000/';
const code_verifier = 'a'.repeat(43);
const client_id = 'postern-spa';
let cli: BuiltCli;
let postgres: TestPostgres;
let doors: { readonly origin: string; readonly secret: string }[];

beforeAll(async () => {
  [cli, postgres] = await Promise.all([buildCli(), startPostgres()]);
  const databaseUrl = await postgres.createDatabase();
  const args = ['--json', '--port', '0', '--database', databaseUrl, '--issuer', issuer];
  const ready = await Promise.all([0, 1].map(() => cli.start(args).output(/\n/)));
  doors = ready.map((line) => {
    const { control, secret } = JSON.parse(line) as { control: string; secret: string };
    return { origin: new URL(control).origin, secret };
  });
}, 120_000);
afterAll(async () => {
  await cli?.remove();
  await postgres?.stop();
});

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

async function post(origin: string, form: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${origin}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Half of the calls go to each process, all at once. */
const atBoth = (count: number, form: Record<string, string>) =>
  Promise.all(Array.from({ length: count }, (_, call) => post(doors[call % 2]?.origin ?? '', form)));

async function control(at: number, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${doors[at]?.origin}/__tenant/api${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${doors[at]?.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** A code for the sample user, who is signed in by a cookie. */
async function code(at: number): Promise<string> {
  const { cookies } = (await control(at, '/session-state', { user: 'user@example.com' })) as {
    cookies: { name: string; value: string }[];
  };
  const url = new URL('/authorize', doors[at]?.origin);
  const challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const scope = 'openid offline_access';
  const audience = 'https://api.postern.test';
  url.search = String(
    new URLSearchParams({ response_type: 'code', client_id, redirect_uri, scope, audience, state: 's', ...pkce }),
  );
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const response = await fetch(url, { headers: { cookie }, redirect: 'manual' });
  return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

const successes = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 200);

describe('two processes on one PostgreSQL', () => {
  it('T6: of 20 calls at once at both with one code, one wins, and its tokens are then revoked', async () => {
    const form = { grant_type: 'authorization_code', client_id, redirect_uri, code_verifier, code: await code(0) };
    const answers = await atBoth(20, form);
    expect(successes(answers)).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 200) expect(body).toMatchObject({ error: 'invalid_grant' });
    const refresh_token = String(successes(answers)[0]?.body.refresh_token);
    const after = await post(doors[1]?.origin ?? '', { grant_type: 'refresh_token', client_id, refresh_token });
    expect(after).toMatchObject({ status: 403, body: { error: 'invalid_grant' } });
  });

  it('T10: of 20 renewals at once at both, every successor is one of a family; a spent token ends it at both', async () => {
    const signedIn = await control(0, '/sign-in', {
      user: 'user@example.com',
      clientId: client_id,
      audience: 'https://api.postern.test',
      scope: 'openid offline_access',
    });
    // Within the leeway, on a slow machine, too.
    const set = Date.now();
    for (const at of [0, 1]) await control(at, '/clock', { set });
    const form = { grant_type: 'refresh_token', client_id };
    const first = String(signedIn.refresh_token);
    const answers = successes(await atBoth(20, { ...form, refresh_token: first }));
    expect(answers).toHaveLength(20);
    const second = String(answers[7]?.body.refresh_token);
    const third = await post(doors[1]?.origin ?? '', { ...form, refresh_token: second });
    expect(third.status).toBe(200);
    // Two generations old: reuse, wherever it is seen.
    expect((await post(doors[0]?.origin ?? '', { ...form, refresh_token: first })).status).toBe(403);
    const newest = { ...form, refresh_token: String(third.body.refresh_token) };
    expect((await post(doors[1]?.origin ?? '', newest)).body).toMatchObject({
      error_description: 'Unknown or invalid refresh token.',
    });
  });

  it('T11: a user blocked at one is refused at the other', async () => {
    const { refresh_token } = await control(1, '/sign-in', {
      user: 'user@example.com',
      clientId: client_id,
      scope: 'openid offline_access',
    });
    await control(0, `/users/${encodeURIComponent('auth0|sample')}/block`, {});
    const form = { grant_type: 'refresh_token', client_id, refresh_token: String(refresh_token) };
    expect((await post(doors[1]?.origin ?? '', form)).status).toBeGreaterThanOrEqual(401);
    await control(0, `/users/${encodeURIComponent('auth0|sample')}/unblock`, {});
    expect((await post(doors[1]?.origin ?? '', form)).status).toBe(403);
  });
});
