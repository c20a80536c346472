/** The tenant's clock, in milliseconds since the epoch. */
export interface Clock {
  /** Now, in milliseconds. */
  now(): number;
  /** Whether the clock was stopped by `set`. */
  readonly stopped: boolean;
  /** Now, in whole seconds, as JWT claims count. */
  seconds(): number;
  /** Moves the clock by `ms` (may be negative). */
  advance(ms: number): void;
  /** Stops the clock at `ms`, or lets it run on from there when `running` is true. */
  set(ms: number, options?: { running?: boolean }): void;
  /** Back to the machine's own time. */
  reset(): void;
}

export function createClock(machineNow: () => number = Date.now): Clock {
  let offset = 0;
  let stoppedAt: number | undefined;
  const now = () => stoppedAt ?? machineNow() + offset;
  return {
    now,
    get stopped() {
      return stoppedAt !== undefined;
    },
    seconds: () => Math.floor(now() / 1000),
    advance(ms) {
      if (stoppedAt === undefined) offset += ms;
      else stoppedAt += ms;
    },
    set(ms, { running = false } = {}) {
      stoppedAt = running ? undefined : ms;
      offset = running ? ms - machineNow() : 0;
    },
    reset() {
      offset = 0;
      stoppedAt = undefined;
    },
  };
}
