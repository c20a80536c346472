import { availableParallelism } from 'node:os';
import { median } from '../lib/statistics.ts';
import type { Load } from './load.ts';
import type { Cell, CleanUp } from './measure.ts';
import { people } from './tables.ts';

export interface Settings {
  readonly machine: string;
  readonly starts: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly loginRoundMs: number;
  /** CPU time of one verification, in milliseconds. */
  readonly argon2Ms: number;
  readonly loads: readonly Load[];
}

export function describeMethod(settings: Settings): string[] {
  const { machine, starts, rounds, roundMs, loginRoundMs, argon2Ms, loads } = settings;
  const cores = availableParallelism();
  const connections = loads.map(({ title, connections }) => `${title} ${connections}`).join(', ');
  return [
    'Each database holds what people leave behind who signed in once: a user, a browser session, a family of refresh tokens, the spent login form and code, and three events. The rows are written with SQL, in the shape of the tenant’s storage; all people share one argon2id hash. The tables grow by what the loads themselves do.',
    `Requests go out as fast as answers come, over keep-alive connections (${connections}). A refresh is of another person’s family each time, with rotation; /userinfo asks about 300 people in turn; a login is the authorize request, the hosted page with e-mail and password, and the exchange of the code, each time of another person. Its argon2id (19 MiB, 2 passes, 1 lane) alone costs ${argon2Ms.toFixed(1)} ms of CPU. The user list is asked for ten at a time.`,
    `What asks runs on the same ${cores} cores as the tenant and PostgreSQL: three processes have no cores of their own, and what they could do with more of them cannot be seen here. The figures of PostgreSQL with one process are of one of those three while nobody asks the other two.`,
    `SQLite keeps its file in WAL mode with synchronous = normal, as always; PostgreSQL runs with fsync off, and vacuum analyze ran after the filling: neither waits for the disk at a commit.`,
    `All databases and processes are up for the whole run, and each round asks each of them in turn. Values are medians of ${rounds} rounds of ${roundMs} ms (logins: ${loginRoundMs} ms) and of ${starts} starts, with the lowest and the highest; x is a value over the one for the fewest users. Ready: from the start of the process to its first answer, with three processes started at once to that of the last. Memory is the resident memory of the tenant’s processes, without PostgreSQL’s; the database is measured before the loads.`,
    'The standstill is the longest delay of the event loop in a round as perf_hooks.monitorEventLoopDelay sees it in the (first) process; it contains what a thread has to wait for a core. For the clean-up, everything expired means that the tenant’s clock is a year ahead: all sessions, families, tokens, forms, codes and events go.',
    machine,
  ];
}

const rateOf = ({ figures }: Cell, load: Load) => median(figures.get(load.title) ?? []);

/** How much of the rate with the fewest users is left with the most. */
function describeEngine(name: string, cells: readonly Cell[], loads: readonly Load[]): string {
  const [fewest, most] = [cells[0], cells.at(-1)];
  if (fewest === undefined || most === undefined) return '';
  const shares = loads.map((load) => ({ title: load.title, share: rateOf(most, load) / rateOf(fewest, load) }));
  const list = shares.map(({ title, share }) => `${title} ${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`).join(', ');
  return `${name}: of what is done a second with ${people(fewest.database.count)}, so much is left with ${people(most.database.count)}: ${list}.`;
}

function describeCleanUp({ cell: { database }, took, longestStall, answers }: CleanUp): string {
  return `${database.engine}: to clean up all that ${people(database.count)} left behind takes ${(took / 1000).toFixed(1)} s, in which the event loop never stands still for more than ${longestStall.toFixed(0)} ms and ${answers.length} token requests are answered, the slowest in ${Math.max(...answers).toFixed(0)} ms.`;
}

export function describeFigures(
  { sqlite, single, several }: Readonly<Record<'sqlite' | 'single' | 'several', readonly Cell[]>>,
  cleanUps: readonly CleanUp[],
  loads: readonly Load[],
): string[] {
  const most = Math.max(...sqlite.map(({ database }) => database.count));
  const [one, three] = [single.at(-1), several.at(-1)];
  const gains = loads.map((load) =>
    one && three ? `${load.title} x ${(rateOf(three, load) / rateOf(one, load)).toFixed(2)}` : '',
  );
  return [
    describeEngine('SQLite', sqlite, loads),
    describeEngine('PostgreSQL', single, loads),
    `Three processes on one PostgreSQL with ${people(most)}, all on ${availableParallelism()} cores together with who asks, do so much of what one does: ${gains.join(', ')}.`,
    ...cleanUps
      .filter(({ cell, due }) => cell.database.count === most && due === 'everything')
      .map((cleanUp) => describeCleanUp(cleanUp)),
  ];
}
