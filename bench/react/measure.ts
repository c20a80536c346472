import type { Choice } from '../browser/contenders.ts';
import type { Stage } from '../browser/stage.ts';
import { beginVisit } from '../browser/visit.ts';
import { median } from '../lib/statistics.ts';

export interface Renders {
  /** From the page that a login comes back to, until nothing changes any more. */
  readonly callback: number;
  readonly start: number;
  readonly reads: number;
}

export interface Mounts {
  /** Milliseconds, each the median of the mounts. */
  readonly mount: number;
  readonly known: number;
}

/** Long enough for whatever a start leaves for later. */
export const SETTLE_MS = 300;

export async function countRenders<Name extends string>(
  stage: Stage<Name>,
  origin: string,
  choice: Choice,
  readCount: number,
): Promise<Renders> {
  const visit = await beginVisit(stage, origin, choice);
  try {
    const { tab } = await visit.open();
    const settled = async () => {
      await tab.waitForTimeout(SETTLE_MS);
      return tab.evaluate(() => window.reactBench.renders());
    };
    await visit.login(tab);
    const callback = await settled();
    const { email } = await visit.reload(tab);
    if (email === undefined) throw new Error('A reload lost the session.');
    const start = await settled();
    const reads = await tab.evaluate((count) => window.reactBench.rendersOfReads(count), readCount);
    return { callback, start, reads };
  } finally {
    await visit.close();
  }
}

export async function measureMounts<Name extends string>(
  stage: Stage<Name>,
  origin: string,
  choice: Choice,
  count: number,
): Promise<Mounts> {
  const visit = await beginVisit(stage, origin, choice);
  try {
    const { tab } = await visit.open();
    const mounts = (times: number) => tab.evaluate((n) => window.reactBench.timeMounts(n), times);
    await mounts(Math.ceil(count / 4));
    const { mount, known } = await mounts(count);
    return { mount: median(mount), known: median(known) };
  } finally {
    await visit.close();
  }
}
