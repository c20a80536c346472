import type { TenantControl } from '../control/control.ts';

/** The tenant's time. A client of `postern/testing` that was given the tenant goes by it, too. */
export interface TestClock {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly stopped: boolean;
  /** Stops the clock, now or at a moment. */
  stop(at?: Date): void;
  /** Puts the clock forward; a stopped one stays stopped. */
  advance(seconds: number): void;
  /** Lets a stopped clock go on from where it is. */
  resume(): void;
  /** Back to the machine's time. */
  reset(): void;
  /** Calls back after each change made here, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

export function createTestClock({ clock }: TenantControl): TestClock {
  const listeners = new Set<() => void>();
  const changing = (change: () => unknown) => {
    change();
    for (const listener of [...listeners]) listener();
  };
  return {
    now: () => clock.get().now,
    get stopped() {
      return clock.get().stopped;
    },
    stop: (at) => changing(() => clock.set(at?.getTime() ?? clock.get().now)),
    advance: (seconds) => changing(() => clock.advance(seconds * 1000)),
    resume: () => changing(() => clock.set(clock.get().now, { running: true })),
    reset: () => changing(() => clock.reset()),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
