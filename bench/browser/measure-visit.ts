import type { Choice } from './contenders.ts';
import type { Stage } from './stage.ts';
import { TOKEN_LIFETIME } from './stage.ts';
import type { Traffic } from './traffic.ts';
import { beginVisit } from './visit.ts';

/** What was asked for one thing, and how long it took, in milliseconds. */
export interface Cost extends Traffic {
  readonly ms: number;
}

export const situations = ['first login', 'reload', '20 reads at expiry', '3 tabs at expiry'] as const;
export type Situation = (typeof situations)[number];

export interface VisitFigures {
  readonly costs: Readonly<Record<Situation, Cost>>;
  /** From the page's beginning to the user, for the callback page and for pages that find a session. */
  readonly callbackMs: number;
  readonly startMs: readonly number[];
}

/** What is felt where the tenant is far away: as `callbackMs` and `startMs`. */
export interface DistantFigures {
  readonly distantCallbackMs: number;
  readonly distantStartMs: number;
}

/** A login and a reload, in a browser of its own. */
export async function measureDistance<Name extends string>(
  stage: Stage<Name>,
  origin: string,
  choice: Choice,
): Promise<DistantFigures> {
  const visit = await beginVisit(stage, origin, choice);
  try {
    const { tab } = await visit.open();
    const callback = await visit.login(tab);
    await visit.takeTraffic();
    const start = await visit.reload(tab);
    if (start.email === undefined) throw new Error('A reload lost the session.');
    return { distantCallbackMs: callback.ms, distantStartMs: start.ms };
  } finally {
    await visit.close();
  }
}

/** A whole visit in a browser of its own. */
export async function measureVisit<Name extends string>(
  stage: Stage<Name>,
  origin: string,
  choice: Choice,
  starts: number,
): Promise<VisitFigures> {
  const visit = await beginVisit(stage, origin, choice);
  const { takeTraffic } = visit;
  try {
    const begun = performance.now();
    const { tab } = await visit.open();
    const callback = await visit.login(tab);
    const login = { ms: performance.now() - begun, ...(await takeTraffic()) };

    const first = await visit.reload(tab);
    const reload = { ms: first.ms, ...(await takeTraffic()) };
    const startMs: number[] = [];
    for (let n = 0; n < starts; n += 1) {
      const { ms, email } = await visit.reload(tab);
      if (email === undefined) throw new Error('A reload lost the session.');
      startMs.push(ms);
    }

    await visit.passTime(TOKEN_LIFETIME + 60, [tab]);
    await takeTraffic();
    const parallel = { ms: await visit.readAtOnce([tab], 20), ...(await takeTraffic()) };

    const tabs = [tab, (await visit.open()).tab, (await visit.open()).tab];
    await visit.passTime(TOKEN_LIFETIME + 60, tabs);
    await takeTraffic();
    const three = { ms: await visit.readAtOnce(tabs, 1), ...(await takeTraffic()) };

    return {
      costs: { 'first login': login, reload, '20 reads at expiry': parallel, '3 tabs at expiry': three },
      callbackMs: callback.ms,
      startMs,
    };
  } finally {
    await visit.close();
  }
}
