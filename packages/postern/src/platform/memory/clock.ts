import type { Clock } from '../platform.ts';
import { LONGEST_DELAY_MS } from '../system-clock.ts';

/** The real clock, which a test may put forward; timers that have become due then fire at once. */
export interface ControlledClock extends Clock {
  /** Puts the clock forward (or back, when negative), in milliseconds. */
  advance(ms: number): void;
}

export function createControlledClock(): ControlledClock {
  let offset = 0;
  const now = () => Date.now() + offset;
  const timers = new Map<object, { readonly due: number; readonly fire: () => void }>();
  return {
    now,
    setTimeout: (callback, ms) => {
      const handle = {};
      const fire = () => {
        clearTimeout(real);
        timers.delete(handle);
        callback();
      };
      const real = setTimeout(fire, Math.min(ms, LONGEST_DELAY_MS));
      timers.set(handle, { due: now() + ms, fire });
      cancels.set(handle, () => {
        clearTimeout(real);
        timers.delete(handle);
      });
      return handle;
    },
    clearTimeout: (handle) => cancels.get(handle as object)?.(),
    advance: (ms) => {
      offset += ms;
      for (const timer of [...timers.values()]) if (timer.due <= now()) timer.fire();
    },
  };
}

const cancels = new WeakMap<object, () => void>();
