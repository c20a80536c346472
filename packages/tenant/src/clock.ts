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

/** How a clock differs from the machine's, in milliseconds. */
export interface ClockSetting {
  readonly offset: number;
  /** Null while it runs. */
  readonly stoppedAt: number | null;
}

export interface AdjustableClock extends Clock {
  /** Takes over another clock's setting, without telling `onChange`. */
  restore(setting: ClockSetting): void;
}

export function createClock(
  machineNow: () => number = Date.now,
  onChange: (setting: ClockSetting) => void = () => undefined,
): AdjustableClock {
  let setting: ClockSetting = { offset: 0, stoppedAt: null };
  const now = () => setting.stoppedAt ?? machineNow() + setting.offset;
  const change = (changed: ClockSetting) => {
    setting = changed;
    onChange(setting);
  };
  return {
    now,
    get stopped() {
      return setting.stoppedAt !== null;
    },
    seconds: () => Math.floor(now() / 1000),
    advance(ms) {
      const { offset, stoppedAt } = setting;
      change(stoppedAt === null ? { offset: offset + ms, stoppedAt } : { offset, stoppedAt: stoppedAt + ms });
    },
    set(ms, { running = false } = {}) {
      change(running ? { offset: ms - machineNow(), stoppedAt: null } : { offset: 0, stoppedAt: ms });
    },
    reset() {
      change({ offset: 0, stoppedAt: null });
    },
    restore(restored) {
      setting = restored;
    },
  };
}
