import { quick } from '../lib/result.ts';
import { CONNECTIONS, type Contender } from './contenders.ts';
import { type LoadFigures, measureLoad, type Work } from './load.ts';
import { type Running, residentMemory } from './process.ts';

const STARTS = quick ? 2 : 7;
const ROUNDS = quick ? 2 : 7;
const WARM_UP_MS = quick ? 300 : 1_500;
/** Long enough that a pause for rubbish collection is not all of a round. */
const ROUND_MS = { tokens: quick ? 300 : 1_000, logins: quick ? 500 : 1_500 };

export const bounds = { starts: STARTS, rounds: ROUNDS, roundMs: ROUND_MS };

/** Taken in turns, like all that follows: a slow moment of the machine strikes all alike. */
export async function measureStarts(all: readonly Contender[]): Promise<number[][]> {
  const times = all.map((): number[] => []);
  for (let n = 0; n < STARTS; n += 1) {
    for (const [place, contender] of all.entries()) {
      const running = await contender.start();
      await running.stop();
      times[place]?.push(running.readyAfter);
    }
  }
  return times;
}

export interface Kind {
  readonly title: string;
  readonly roundMs: number;
  readonly work: (contender: Contender, running: Running) => Work;
}

export interface Rounds {
  readonly title: string;
  readonly connections: number;
  /** For each contender, in their order. */
  readonly figures: LoadFigures[][];
}

export interface Loads {
  readonly rounds: readonly Rounds[];
  /** Megabytes, for each contender. */
  readonly memory: readonly { readonly ready: number; readonly afterLoad: number }[];
}

/**
 * All of them stay up for all rounds; one that is not being asked costs the others nothing but memory. `last` may ask them
 * something more before they end.
 */
export async function measureLoads(
  all: readonly Contender[],
  kinds: readonly Kind[],
  last: (running: readonly Running[]) => Promise<void> = async () => undefined,
): Promise<Loads> {
  const running: Running[] = [];
  try {
    for (const contender of all) running.push(await contender.start());
    const ready = await Promise.all(running.map(({ pid }) => residentMemory(pid)));
    const rounds: Rounds[] = [];
    for (const kind of kinds) rounds.push(...(await measureKind(all, running, kind)));
    const afterLoad = await Promise.all(running.map(({ pid }) => residentMemory(pid)));
    await last(running);
    return {
      rounds,
      memory: all.map((_, place) => ({ ready: ready[place] ?? Number.NaN, afterLoad: afterLoad[place] ?? Number.NaN })),
    };
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

async function measureKind(
  all: readonly Contender[],
  running: readonly Running[],
  { title, roundMs, work }: Kind,
): Promise<Rounds[]> {
  const works = all.flatMap((contender, place) => {
    const process = running[place];
    return process ? [work(contender, process)] : [];
  });
  const most = Math.max(...CONNECTIONS);
  for (const one of works) await measureLoad(one, most, WARM_UP_MS);
  const results: Rounds[] = [];
  // Most connections first: oidc-provider's storage forgets refresh tokens that lie unused while others are renewed.
  for (const connections of [...CONNECTIONS].reverse()) {
    const figures = works.map((): LoadFigures[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [place, one] of works.entries()) figures[place]?.push(await measureLoad(one, connections, roundMs));
    }
    console.log(`${title}, ${connections} connections: ${figures.map(speeds).join(' | ')}`);
    results.unshift({ title, connections, figures });
  }
  return results;
}

const speeds = (figures: readonly LoadFigures[]) => figures.map(({ perSecond }) => perSecond.toFixed(0)).join(' ');
