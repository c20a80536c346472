/** How often another process's writes are looked for; the own process's wake the wait at once. */
const POLL_MS = 150;

/**
 * Repeats `find` until it answers, at every wake-up and now and then, or gives undefined after `timeoutMs` of real time
 * (the tenant's clock may stand still).
 */
export async function waitUntil<T>(
  find: () => Promise<T | undefined>,
  { timeoutMs, onWake }: { timeoutMs: number; onWake: (wake: () => void) => () => void },
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  let wake = () => {};
  const unsubscribe = onWake(() => wake());
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const found = await find();
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0) return undefined;
      let timer: NodeJS.Timeout | undefined;
      const paused = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, Math.min(POLL_MS, left));
      });
      await Promise.race([woken, paused]);
      clearTimeout(timer);
    }
  } finally {
    unsubscribe();
  }
}
