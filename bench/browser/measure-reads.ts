import { median, quantile } from '../lib/statistics.ts';
import type { Choice } from './contenders.ts';
import type { Stage } from './stage.ts';
import { beginVisit } from './visit.ts';

/** Of reads that need no renewal, in microseconds. */
export interface ReadFigures {
  readonly median: number;
  readonly p99: number;
}

/** Together, the clock's step of 5 µs does not matter. */
const BATCH = 20;

export async function measureReads<Name extends string>(
  stage: Stage<Name>,
  origin: string,
  choice: Choice,
  count: number,
): Promise<ReadFigures> {
  const visit = await beginVisit(stage, origin, choice);
  try {
    const { tab } = await visit.open();
    await visit.login(tab);
    if (!(await tab.evaluate(() => window.crossOriginIsolated))) throw new Error(`${origin} is not isolated.`);
    const time = (times: number, reads: number) =>
      tab.evaluate(([n, each]) => window.bench.timeReads(n, each), [times, reads] as const);
    await time(count / BATCH, BATCH);
    await visit.takeTraffic();
    const [batches, singles] = [await time(count / BATCH, BATCH), await time(count, 1)];
    const { requests } = await visit.takeTraffic();
    if (requests.length > 0) throw new Error(`Reads that need no renewal asked the tenant for ${requests}.`);
    return { median: (median(batches) * 1000) / BATCH, p99: quantile(singles, 0.99) * 1000 };
  } finally {
    await visit.close();
  }
}
