import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('a store in a folder', () => {
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

  it('is refused with a URL of another database', async () => {
    await expect(openStore({ databaseUrl: 'mysql://localhost/x' })).rejects.toThrow('postgres://');
  });
});
