import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTenant, type TenantConfigInput } from '../src/index.ts';
import { fillPostgres, fillSqlite } from './support/growth.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';
import { api, protocolConfig, startProtocolTest } from './support/protocol.ts';
import {
  judgePostgres,
  judgeSqlite,
  type Recording,
  recordPostgres,
  recordSqlite,
  type Statement,
} from './support/query-plans.ts';

/** No statement that a tenant runs reads more of a table the more there is in it. */

const config: TenantConfigInput = {
  ...protocolConfig,
  connections: [...(protocolConfig.connections ?? []), { name: 'email', strategy: 'email' }],
  rateLimits: { login: { perMinute: 600, burst: 100 }, userinfo: { perMinute: 600, burst: 100 } },
};

/** What reads all of a table on purpose. */
const known: readonly RegExp[] = [
  // The number on the dashboard: half a millisecond for 100,000 users on SQLite, 7 ms on PostgreSQL.
  /^select count\(\*\) as "total" from "users"$/,
  // The search for a part of a text on PostgreSQL: one statement in another process. SQLite does it in pages.
  /^select \* from "users" where lower\(.* like \$1 escape/,
];

/** Does everything a tenant does, and gives what it ran for each. */
async function runEverything(recording: Recording, place: { dataDir?: string; databaseUrl?: string }) {
  const flows = new Map<string, Statement[]>();
  const flow = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    const result = await run();
    await test.tenant.context.events.list({ limit: 1 });
    flows.set(name, recording.take());
    return result;
  };
  recording.take();
  const test = await startProtocolTest(config, place);
  try {
    await flow('start', async () => undefined);
    const { control } = test.tenant;
    const browser = test.browser();
    const code = await flow('login', () => test.code({}, browser));
    const first = await flow('code', () => test.redeem(code));
    const token = String(first.body.refresh_token);
    await flow('single sign-on', () => test.code({}, browser));
    await flow('userinfo', () => test.userinfo(String(first.body.access_token)));
    const second = await flow('refresh', () => test.refresh(token));
    const third = await test.refresh(String(second.body.refresh_token));
    await flow('reuse of a refresh token', async () => {
      expect(third.status).toBe(200);
      expect((await test.refresh(token)).status).toBe(403);
    });
    const opaque = await test.tokens({ audience: undefined }, browser);
    await flow('opaque access token', async () => {
      expect((await test.userinfo(opaque.access_token)).status).toBe(200);
    });
    await flow('revoke', () => test.post('/oauth/revoke', { client_id: 'spa', token: String(opaque.refresh_token) }));
    await flow('logout', () =>
      browser.open(
        new URL(`/v2/logout?client_id=spa&returnTo=${encodeURIComponent('https://app.example.test/bye')}`, test.issuer),
      ),
    );
    await flow('client_credentials', () =>
      test.post('/oauth/token', {
        grant_type: 'client_credentials',
        client_id: 'machine',
        client_secret: 'a-secret-of-the-machine',
        audience: api,
      }),
    );
    await flow('wrong password', () =>
      test.browser().logIn(test.authorizeUrl(), { username: 'user@example.com', password: 'wrong' }),
    );
    await flow('password reset', () =>
      test.post('/dbconnections/change_password', {
        client_id: 'spa',
        connection: 'Username-Password-Authentication',
        email: 'other@example.com',
      }),
    );
    const { link = '' } = await flow('waiting for a message', () =>
      control.outbox.waitForMessage({ to: 'other@example.com', template: 'password_reset' }),
    );
    await flow('opening the link', () => test.browser().open(link));
    await flow('code by e-mail', () =>
      test.post('/passwordless/start', {
        client_id: 'spa',
        connection: 'email',
        email: 'p7@example.com',
        send: 'code',
      }),
    );
    await flow('reading the outbox', async () => {
      await control.outbox.list();
      await control.outbox.list({ to: 'p7@example.com' });
      await control.outbox.list({ template: 'password_reset' });
      await control.outbox.list({ afterId: 3, to: 'p7@example.com' });
    });
    await flow('reading events', async () => {
      await control.events.list();
      await control.events.list({ type: 'login.success' });
      await control.events.waitFor({ type: 'login.success', userId: 'auth0|sample' });
    });
    await flow('sessions and families', async () => {
      await control.sessions.list();
      await control.sessions.list({ userId: 'auth0|sample' });
      await control.families.list();
      await control.families.list({ userId: 'auth0|sample' });
      await control.families.list({ clientId: 'strict-spa' });
    });
    await flow('users', async () => {
      expect(await control.users.list({ limit: 10 })).toHaveLength(10);
      expect(await control.users.list({ limit: 10, offset: 20 })).toHaveLength(10);
      expect(await control.users.list({ search: 'p77@example.com' })).toHaveLength(1);
      expect(await control.users.list({ search: 'auth0|77' })).toHaveLength(1);
      expect(await control.users.list({ search: 'p777@exam' })).toHaveLength(1);
      const some = await control.users.list({ search: 'P99', limit: 1_000 });
      expect(some.length).toBeGreaterThan(10);
      expect(await control.users.list({ search: 'p99', limit: 4, offset: 5 })).toEqual(some.slice(5, 9));
    });
    await flow('blocking and deleting', async () => {
      await control.users.block('auth0|7');
      await control.users.revoke('auth0|7');
      await control.users.delete('auth0|7');
    });
    await flow('dashboard', async () => {
      const dashboard = test.browser();
      await dashboard.open(new URL(`/__tenant?secret=${control.secret}`, test.issuer));
      for (const tab of ['', '/users', '/sessions', '/outbox', '/devices', '/protection', '/events', '/controls']) {
        expect((await dashboard.open(new URL(`/__tenant${tab}`, test.issuer))).status, tab).toBe(200);
      }
    });
    await flow('clean-up', () => test.tenant.context.store.sweep(test.tenant.context.clock.now()));
    // All of one person's families are read to be revoked, however many; but not with a statement for each.
    await control.users.block('auth0|sample');
    const families = await control.families.list({ userId: 'auth0|sample', limit: 1_000 });
    expect(families.filter(({ revokedReason }) => revokedReason === 'the user was blocked').length).toBeGreaterThan(
      200,
    );
    expect(families.filter(({ revokedAt }) => revokedAt === undefined)).toEqual([]);
    expect(recording.take().length).toBeLessThan(30);
    return flows;
  } finally {
    await test.close();
  }
}

type Flows = Awaited<ReturnType<typeof runEverything>>;

/** What reads too much, with the flow that ran it. */
async function judgeAll(
  flows: Flows,
  judge: (statement: Statement) => string | undefined | Promise<string | undefined>,
) {
  const found: string[] = [];
  for (const [flow, statements] of flows) {
    const distinct = new Map(statements.map((statement) => [statement.text, statement]));
    for (const statement of distinct.values()) {
      const problem = known.some((text) => text.test(statement.text)) ? undefined : await judge(statement);
      if (problem !== undefined) found.push(`${flow}: ${problem}`);
    }
  }
  return found;
}

let folder: string;
let postgres: TestPostgres;
beforeAll(async () => {
  [folder, postgres] = await Promise.all([mkdtemp(join(tmpdir(), 'postern-plans-')), startPostgres()]);
});
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('what a tenant reads at its start, a login, a refresh, a logout, a clean-up … does not grow with its tables', {
  timeout: 120_000,
}, () => {
  // Without statistics, which a tenant never collects, SQLite makes its plans whatever number of rows there are.
  it('on SQLite, by its plans', async () => {
    const dataDir = join(folder, 'tenant');
    await (await createTenant(config, { dataDir })).close();
    fillSqlite(join(dataDir, 'tenant.sqlite'), 1_000, Date.now());
    const recording = recordSqlite();
    const flows = await runEverything(recording, { dataDir }).finally(recording.stop);
    const database = new DatabaseSync(join(dataDir, 'tenant.sqlite'));
    const found = await judgeAll(flows, (statement) => judgeSqlite(database, statement));
    database.close();
    expect(found).toEqual([]);
    expect(flows.get('login')?.length).toBeGreaterThan(5);
  });

  it('on PostgreSQL, by the rows it reads', async () => {
    const databaseUrl = await postgres.createDatabase();
    await (await createTenant(config, { databaseUrl })).close();
    await fillPostgres(databaseUrl, 8_000, Date.now());
    const recording = recordPostgres();
    const flows = await runEverything(recording, { databaseUrl }).finally(recording.stop);
    const client = new pg.Client(databaseUrl);
    await client.connect();
    const found = await judgeAll(flows, (statement) => judgePostgres(client, statement)).finally(() => client.end());
    expect(found).toEqual([]);
    expect(flows.get('login')?.length).toBeGreaterThan(5);
  });
});
