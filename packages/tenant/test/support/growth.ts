import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

/** How much of each table is of one person: the sample user of a team whose every test signs in. */
const BUSY_SHARE = 4;

/** Rows in the shape the repositories write, `n` counting from 1; `now` in milliseconds. */
function inserts(now: number): Record<string, string> {
  const owner = `case when n % ${BUSY_SHARE} = 0 then 'auth0|sample' else 'auth0|' || n end`;
  const past = `${now} - n`;
  const future = `${now + 3 * 86_400_000} - n`;
  return {
    users: `(id, connection, email, email_key, profile, user_metadata, app_metadata, password_history, created_at, updated_at)
      select 'auth0|' || n, 'Username-Password-Authentication', 'p' || n || '@example.com', 'p' || n || '@example.com', '{}', '{}', '{}', '[]', ${past}, ${past}`,
    sessions: `(id, token_hash, user_id, created_at, auth_time, last_used_at, idle_expires_at, absolute_expires_at, amr, ended_at)
      select 's' || n, 'h' || n, ${owner}, ${past}, ${past}, ${past}, ${future}, ${future}, '["pwd"]', case when n % 2 = 0 then ${past} end`,
    session_clients: `(session_id, client_id, first_used_at) select 's' || n, 'spa', ${past}`,
    artifacts: `(kind, hash, subject, data, created_at, expires_at, consumed_at)
      select case n % 3 when 0 then 'authorization_code' when 1 then 'interaction' else 'dpop_jti' end,
        'h' || n, case when n % 3 = 0 then ${owner} end, '{}', ${past}, ${future}, ${past}`,
    refresh_families: `(id, user_id, client_id, audience, scope, session_id, auth_time, data, created_at, last_used_at, idle_expires_at, absolute_expires_at)
      select 'f' || n, ${owner}, 'spa', '', 'openid', 's' || n, ${past}, '{}', ${past}, ${past}, ${future}, ${future}`,
    refresh_tokens: `(hash, family_id, generation, created_at) select 'h' || n, 'f' || n, 1, ${past}`,
    access_tokens: `(hash, user_id, client_id, audience, scope, family_id, data, created_at, expires_at)
      select 'h' || n, ${owner}, 'spa', '', 'openid', 'f' || n, '{}', ${past}, ${future}`,
    events: `(at, type, outcome, sentence, client_id) select ${past}, 'filler', 'success', 'It happened.', 'spa'`,
    outbox: `(at, channel, recipient, template, body_text) select ${past}, 'email', 'p' || n || '@example.com', 'filler', ''`,
    counters: `(key, count, window_ends_at) select 'rate:login:' || n, 1, ${now - 1} + n % 2`,
    identities: `(connection, provider_user_id, provider, user_id, profile, created_at)
      select 'google-oauth2', 'g' || n, 'google-oauth2', 'auth0|' || n, '{}', ${past}`,
    authenticators: `(id, user_id, factor, group_id, confirmed, created_at)
      select 'totp|dev_' || n, 'auth0|' || n, 'otp', 'dev_' || n, 1, ${past}`,
    passkeys: `(id, credential_id, user_id, user_handle, public_key, sign_count, relying_party_id, device_type, transports, created_at)
      select 'passkey|dev_' || n, 'c' || n, 'auth0|' || n, 'u' || n, '', 0, 'localhost', 'single_device', '[]', ${past}`,
    consents: `(user_id, client_id, audience, scope, created_at, updated_at) select 'auth0|' || n, 'spa', '', 'openid', ${past}, ${past}`,
    organization_members: `(organization_id, user_id, created_at) select 'org_1', 'auth0|' || n, ${past}`,
  };
}

/** Every table that grows with people and what they do. */
export const growing: readonly string[] = Object.keys(inserts(0));

export function fillSqlite(file: string, rows: number, now: number): void {
  const database = new DatabaseSync(file);
  database.exec('begin');
  for (const [table, columns] of Object.entries(inserts(now))) {
    database.exec(
      `insert into ${table} ${columns} from (with recursive s(n) as (select 1 union all select n + 1 from s where n < ${rows}) select n from s)`,
    );
  }
  database.exec('commit');
  database.close();
}

export async function fillPostgres(url: string, rows: number, now: number): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('set synchronous_commit = off');
  for (const [table, columns] of Object.entries(inserts(now))) {
    await client.query(`insert into ${table} ${columns} from generate_series(1, ${rows}) n`);
  }
  await client.query('analyze');
  await client.end();
}
