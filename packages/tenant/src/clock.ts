/** The tenant's clock, in milliseconds since the epoch. */
export interface Clock {
  /** Now, in milliseconds. */
  now(): number;
  /** Now, in whole seconds, as JWT claims count. */
  seconds(): number;
  /** Moves the clock by `ms` (may be negative). */
  advance(ms: number): void;
  /** Stops the clock at `ms`, or lets it run on from there when `running` is true. */
  set(ms: number, options?: { running?: boolean }): void;
  /** Back to the machine's own time. */
  reset(): void;
}
