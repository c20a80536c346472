import { residentMemory } from '../tenant/process.ts';
import type { Database } from './databases.ts';
import { collectAccessTokens, type Load, measureAnswers, measureLoad, type Target } from './load.ts';
import { ask, type RunningTenant, startTenant, targetOf } from './tenants.ts';

/** One column of figures: a database, asked through so many processes. */
export interface Cell {
  readonly database: Database;
  readonly processes: number;
  /** Milliseconds. */
  readonly starts: number[];
  /** Of each load, a second, round by round. */
  readonly figures: Map<string, number[]>;
  /** Of each load, the longest standstill of the event loop in each round, in milliseconds. */
  readonly stalls: Map<string, number[]>;
  /** Megabytes, of all processes. */
  memoryAtStart: number;
  memoryAfterLoad: number;
}

export interface CleanUp {
  readonly cell: Cell;
  readonly due: 'nothing' | 'everything';
  /** All in milliseconds. */
  readonly took: number;
  readonly longestStall: number;
  readonly answers: readonly number[];
}

/** A cell whose processes are up. */
export interface Running {
  readonly cell: Cell;
  readonly tenant: RunningTenant;
  readonly target: Target;
}

/** Enough people for /userinfo to look up. */
const ACCESS_TOKENS = 300;
const YEAR = 365 * 86_400_000;

export const createCell = (database: Database, processes: number): Cell => ({
  database,
  processes,
  starts: [],
  figures: new Map(),
  stalls: new Map(),
  memoryAtStart: Number.NaN,
  memoryAfterLoad: Number.NaN,
});

export async function measureStarts(entry: string, cells: readonly Cell[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const { database, processes, starts } of cells) {
      const tenant = await startTenant(entry, database.place, processes);
      starts.push(tenant.readyAfter);
      await tenant.stop();
    }
  }
}

/**
 * Starts each database's processes and leaves them up. The figures with one process come from the first of the three; the
 * other two are not asked then.
 */
export async function startAll(entry: string, cells: readonly Cell[]): Promise<Running[]> {
  const started = new Map<Database, Running>();
  const all: Running[] = [];
  for (const cell of [...cells].sort((a, b) => b.processes - a.processes)) {
    const { database, processes } = cell;
    const known = started.get(database);
    const tenant = known?.tenant ?? (await startTenant(entry, database.place, processes));
    const running = { cell, tenant, target: targetOf(tenant, processes, database.count, known?.target) };
    started.set(database, running);
    all.push(running);
    cell.memoryAtStart = await memoryOf(running);
  }
  for (const { target } of started.values()) await collectAccessTokens(target, ACCESS_TOKENS);
  return all.sort((a, b) => cells.indexOf(a.cell) - cells.indexOf(b.cell));
}

export async function stopAll(all: readonly Running[]): Promise<void> {
  await Promise.all([...new Set(all.map(({ tenant }) => tenant))].map((tenant) => tenant.stop()));
}

export async function memoryOf({ tenant, cell }: Running): Promise<number> {
  const asked = tenant.processes.slice(0, cell.processes);
  return (await Promise.all(asked.map(({ pid }) => residentMemory(pid)))).reduce((sum, one) => sum + one, 0);
}

/** One round of one load, and how long the first process stood still in it. */
export async function measureRound({ cell, target, tenant }: Running, load: Load, forMs: number): Promise<void> {
  await ask(tenant.first, '/start');
  const perSecond = await measureLoad(load, target, forMs);
  const { longestStall } = await ask(tenant.first, '/stop');
  cell.figures.set(load.title, [...(cell.figures.get(load.title) ?? []), perSecond]);
  cell.stalls.set(load.title, [...(cell.stalls.get(load.title) ?? []), Number(longestStall)]);
}

/** What a tenant does every ten minutes, with somebody asking for tokens all the while. */
export async function measureCleanUp({ cell, tenant, target }: Running, due: CleanUp['due']): Promise<CleanUp> {
  const sweeping = ask(tenant.first, `/sweep?ahead=${due === 'nothing' ? 0 : YEAR}`);
  const answers = await measureAnswers(target, sweeping);
  const { took, longestStall } = await sweeping;
  return { cell, due, took: Number(took), longestStall: Number(longestStall), answers };
}
