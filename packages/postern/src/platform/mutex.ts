import { type Mutex, MutexTimeoutError } from './platform.ts';

interface Clockwork {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** A mutex for one process: first come, first served. */
export function createInProcessMutex(clock: Clockwork): Mutex {
  const tails = new Map<string, Promise<void>>();
  return {
    run: async (name, { waitMs }, work) => {
      const before = tails.get(name) ?? Promise.resolve();
      let release: () => void = () => undefined;
      const mine = new Promise<void>((resolve) => {
        release = resolve;
      });
      const tail = before.then(() => mine);
      tails.set(name, tail);
      try {
        await within(clock, waitMs, before, name);
        return await work();
      } finally {
        release();
        void tail.then(() => {
          if (tails.get(name) === tail) tails.delete(name);
        });
      }
    },
  };
}

async function within(clock: Clockwork, ms: number, turn: Promise<void>, name: string): Promise<void> {
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    timer = clock.setTimeout(() => reject(new MutexTimeoutError(`"${name}" was not free within ${ms} ms.`)), ms);
  });
  try {
    await Promise.race([turn, late]);
  } finally {
    clock.clearTimeout(timer);
  }
}
