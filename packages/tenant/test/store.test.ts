import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClock } from '../src/clock.ts';
import { createEventLog } from '../src/events/event-log.ts';
import { createTenant, type Tenant } from '../src/index.ts';
import { openStore } from '../src/store/open-store.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';
import { describeStore } from './support/store-suite.ts';

let postgres: TestPostgres;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-store-'));
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const worker = (...args: string[]) =>
  spawn(process.execPath, [new URL('./support/store-worker.ts', import.meta.url).pathname, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

describeStore('SQLite in memory', () => openStore());
describeStore('SQLite in a file', () => openStore({ dataDir: join(folder, 'suite') }));
describeStore('PostgreSQL', async () => openStore({ databaseUrl: await postgres.createDatabase() }));

describe('one PostgreSQL for several tenants', () => {
  it('T6, T10: one winner among 20 concurrent calls through two stores', async () => {
    const databaseUrl = await postgres.createDatabase();
    const stores = await Promise.all([openStore({ databaseUrl }), openStore({ databaseUrl })]);
    const [first] = stores;
    await first.artifacts.insert({ kind: 'code', hash: 'h', data: {}, createdAt: 0, expiresAt: 9_999 });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (stores[n % 2] ?? first).artifacts.consume('code', 'h', 1_000)),
    );
    expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('sweeps once when all of them sweep at once', async () => {
    const databaseUrl = await postgres.createDatabase();
    const stores = await Promise.all([0, 1, 2].map(() => openStore({ databaseUrl })));
    const [first] = stores;
    await first?.transaction(async (tx) => {
      for (let n = 0; n < 900; n += 1) {
        await tx.artifacts.insert({ kind: 'code', hash: `h${n}`, data: {}, createdAt: 0, expiresAt: 1 });
      }
    });
    await Promise.all(stores.map((store) => store.sweep(2 * 86_400_000)));
    expect((await first?.dump())?.artifacts).toEqual([]);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('sweeps in turns: two at once could wait for each other’s rows for ever', async () => {
    const databaseUrl = await postgres.createDatabase();
    const stores = await Promise.all([openStore({ databaseUrl }), openStore({ databaseUrl })]);
    const other = new Client({ connectionString: databaseUrl });
    await other.connect();
    const waits = (type: string) =>
      vi.waitUntil(
        async () => (await other.query('select 1 from pg_locks where not granted and locktype = $1', [type])).rowCount,
        { timeout: 10_000 },
      );
    await other.query('begin; lock table artifacts');
    const first = stores[0].sweep(0);
    await waits('relation');
    const second = stores[1].sweep(0);
    await waits('advisory');
    await other.query('commit');
    await Promise.all([first, second]);
    await other.end();
    await Promise.all(stores.map((store) => store.close()));
  });

  it('lets who waits for an event have one that became visible after a later one', async () => {
    const databaseUrl = await postgres.createDatabase();
    const store = await openStore({ databaseUrl });
    const other = new Client({ connectionString: databaseUrl });
    await other.connect();
    await other.query(
      "begin; insert into events (at, type, outcome, sentence) values (1, 'late', 'success', 'First, and not yet told.')",
    );
    const log = createEventLog(store, createClock());
    log.record({ type: 'early', outcome: 'success', sentence: 'Second.' });
    const seen: string[] = [];
    const found = log.waitFor(
      ({ type }) => {
        seen.push(type);
        return type === 'late';
      },
      { timeoutMs: 10_000 },
    );
    await vi.waitUntil(() => seen.includes('early'), { timeout: 10_000 });
    await other.query('commit');
    expect(await found).toMatchObject({ id: 1, type: 'late' });
    await other.end();
    await store.close();
  });

  it('T32: sweeps no counter in which another one counts at that moment', async () => {
    const databaseUrl = await postgres.createDatabase();
    const store = await openStore({ databaseUrl });
    const other = new Client({ connectionString: databaseUrl });
    await other.connect();
    await store.counters.hit('tries', 1_000, 0);
    await other.query("begin; update counters set count = 1, window_ends_at = 9000 where key = 'tries'");
    const swept = store.sweep(5_000);
    const waits = "select 1 from pg_locks where not granted and locktype = 'transactionid'";
    await vi.waitUntil(async () => (await other.query(waits)).rowCount === 1, { timeout: 10_000 });
    await other.query('commit');
    await swept;
    expect(await store.counters.get('tries', 5_000)).toBe(1);
    await other.end();
    await store.close();
  });

  it('T6, T10: one winner among 20 concurrent calls of two processes, which also migrate at once', async () => {
    const databaseUrl = await postgres.createDatabase();
    const workers = ['w1', 'w2'].map(() => worker('consume', databaseUrl, 'code', 'h', '10'));
    const outputs = workers.map((child) => createInterface({ input: child.stdout })[Symbol.asyncIterator]());
    expect(await Promise.all(outputs.map(async (lines) => (await lines.next()).value))).toEqual(['ready', 'ready']);
    const store = await openStore({ databaseUrl });
    await store.artifacts.insert({ kind: 'code', hash: 'h', data: {}, createdAt: 0, expiresAt: 9_999 });
    for (const child of workers) child.stdin.write('go\n');
    const won = await Promise.all(outputs.map(async (lines) => Number((await lines.next()).value)));
    expect(won.reduce((sum, count) => sum + count, 0)).toBe(1);
    await store.close();
  });
});

describe('two tenants on one PostgreSQL', () => {
  it('are one: users, sessions, tokens, keys, forms, events and the clock', async () => {
    const options = { databaseUrl: await postgres.createDatabase(), issuer: 'http://tenant.test/' };
    const [a, b] = await Promise.all([createTenant(undefined, options), createTenant(undefined, options)]);
    try {
      const user = await a.control.users.create({ email: 'b@example.com' });
      expect(await b.control.users.get(user.id)).toEqual(user);
      expect((await b.control.users.list()).map(({ id }) => id).sort()).toEqual(
        ['auth0|mfa', 'auth0|sample', user.id].sort(),
      );
      expect(await b.context.mac('csrf', 'x')).toBe(await a.context.mac('csrf', 'x'));

      const waiting = b.control.events.waitFor({ type: 'login.success', userId: user.id });
      const tokens = await a.control.signIn({ user: user.id, clientId: 'postern-spa', scope: 'openid offline_access' });
      expect(await waiting).toMatchObject({ userId: user.id });
      expect(await b.context.keys.verify(String(tokens.id_token))).toMatchObject({ sub: user.id });
      const refresh = (tenant: Tenant, token: unknown) =>
        tenant.fetch(
          new Request('http://tenant.test/oauth/token', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ grant_type: 'refresh_token', client_id: 'postern-spa', refresh_token: token }),
          }),
        );
      const refreshed = (await (await refresh(b, tokens.refresh_token)).json()) as { refresh_token: string };

      a.control.clock.advance(31 * 86_400_000);
      // Any request of a's ends with the change stored; b looks again after 100 ms.
      await a.fetch(new Request('http://tenant.test/.well-known/jwks.json'));
      await vi.waitFor(async () => {
        await b.fetch(new Request('http://tenant.test/.well-known/jwks.json'));
        expect(b.control.clock.get().now).toBeGreaterThan(Date.now() + 30 * 86_400_000);
      }, 10_000);
      expect((await refresh(b, refreshed.refresh_token)).status).toBe(403);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  });
});

describe('a store in a folder', () => {
  it('is swept in batches, and answers in between', async () => {
    const store = await openStore({ dataDir: join(folder, 'swept') });
    await store.transaction(async (tx) => {
      for (let n = 0; n < 650; n += 1) {
        await tx.artifacts.insert({ kind: 'code', hash: `h${n}`, data: {}, createdAt: 0, expiresAt: n });
      }
    });
    let isSwept = false;
    const sweeping = store.sweep(2 * 86_400_000).then(() => {
      isSwept = true;
    });
    const answers = new Set<string>();
    while (!isSwept) {
      const [oldest, newest] = await Promise.all(['h0', 'h649'].map((hash) => store.artifacts.get('code', hash)));
      answers.add(`${oldest !== undefined} ${newest !== undefined}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await sweeping;
    expect([...answers]).toContain('false true');
    expect(await store.artifacts.get('code', 'h649')).toBeUndefined();
    await store.close();
  });

  it('keeps its data for the next start, readable by its owner only', async () => {
    const dataDir = join(folder, 'kept');
    const first = await openStore({ dataDir });
    await first.users.create({ id: 'auth0|a', connection: 'db' }, 1);
    await first.close();
    const second = await openStore({ dataDir });
    expect(await second.users.count()).toBe(1);
    await second.close();
    expect((await stat(dataDir)).mode & 0o077).toBe(0);
  });

  it('loses nothing it acknowledged when the process is killed (kill -9)', async () => {
    const dataDir = join(folder, 'killed');
    const child = worker('write', dataDir);
    let acknowledged = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      if (acknowledged === 300) child.kill('SIGKILL');
    }
    expect(acknowledged).toBeGreaterThanOrEqual(300);
    const store = await openStore({ dataDir });
    for (let number = 1; number <= acknowledged; number += 1) {
      expect(await store.users.get(`auth0|${number}`), `user ${number}`).toBeDefined();
      expect(await store.sessions.findByTokenHash(`token-${number}`), `session ${number}`).toBeDefined();
      expect(await store.refreshTokens.find(`refresh-${number}`), `grant ${number}`).toBeDefined();
    }
    await store.close();
  });

  it('keeps the clock with the data it stamped', async () => {
    const dataDir = join(folder, 'clock');
    const first = await createTenant(undefined, { dataDir });
    first.control.clock.set(4_000_000_000_000);
    first.control.clock.advance(1);
    await first.close();
    const second = await createTenant(undefined, { dataDir });
    expect(second.control.clock.get()).toEqual({ now: 4_000_000_000_001, stopped: true });
    await second.control.reset();
    await second.close();
    const third = await createTenant(undefined, { dataDir });
    expect(third.control.clock.get().stopped).toBe(false);
    await third.close();
  });

  it('is refused with a URL of another database', async () => {
    await expect(openStore({ databaseUrl: 'mysql://localhost/x' })).rejects.toThrow('postgres://');
  });
});
