import { quick } from '../lib/result.ts';
import { type LoadFigures, measureLoad, type Work } from './load.ts';
import type { Running } from './process.ts';

const LOAD_MS = quick ? 1_000 : 5_000;

export interface Meter extends LoadFigures {
  /** CPU time of the whole process over the load, all threads. */
  readonly cpuMs: number;
  /** Event loop's delay in milliseconds. */
  readonly delayP50: number;
  readonly delayP99: number;
}

/** What a load costs the process, told by the process itself. */
export async function readMeter({ said }: Running, work: Work, connections: number): Promise<Meter> {
  const call = async (path: string) => (await fetch(`${said.meter}${path}`)).json();
  await call('/start');
  const figures = await measureLoad(work, connections, LOAD_MS);
  return { ...figures, ...((await call('/stop')) as Omit<Meter, keyof LoadFigures>) };
}
