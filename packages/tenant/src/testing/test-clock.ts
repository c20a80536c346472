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
}

export function createTestClock({ clock }: Pick<TenantControl, 'clock'>): TestClock {
  return {
    now: () => clock.get().now,
    get stopped() {
      return clock.get().stopped;
    },
    stop: (at) => void clock.set(at?.getTime() ?? clock.get().now),
    advance: (seconds) => void clock.advance(seconds * 1000),
    resume: () => void clock.set(clock.get().now, { running: true }),
    reset: () => void clock.reset(),
  };
}
