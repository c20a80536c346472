import { type Clock, type ClockSetting, createClock } from './clock.ts';
import type { Store } from './store/store.ts';

export interface SharedClock {
  readonly clock: Clock;
  /** Takes the setting from the store: what another process, an earlier run or an import left there. */
  load(): Promise<void>;
  /** As `load`, but only where other processes may have moved the clock, and not for every request. */
  refresh(): Promise<void>;
  /** Resolves when the last change is stored. */
  saved(): Promise<void>;
}

const SETTING = 'clock';

/** For so long a change made in another process may go unnoticed, in milliseconds. */
const REFRESH_AFTER = 100;

/**
 * A clock kept with the data it stamped: every process on one database has the same time, and a run that goes on with the
 * data of an earlier one does not jump back behind it.
 */
export function createSharedClock(store: Store, onError: (error: unknown) => void): SharedClock {
  let unsaved: ClockSetting | undefined;
  let saving: Promise<void> | undefined;
  let loadedAt = performance.now();

  const save = async () => {
    // Of many changes in a row only the last needs to be stored.
    while (unsaved !== undefined) {
      const setting = unsaved;
      await store.settings.set(SETTING, JSON.stringify(setting)).catch(onError);
      if (unsaved === setting) unsaved = undefined;
    }
    saving = undefined;
  };

  const clock = createClock(Date.now, (setting) => {
    unsaved = setting;
    saving ??= save();
  });

  const load = async () => {
    loadedAt = performance.now();
    const stored = await store.settings.get(SETTING);
    // A change made here while reading is the newer one.
    if (unsaved === undefined) {
      clock.restore(stored === undefined ? { offset: 0, stoppedAt: null } : (JSON.parse(stored) as ClockSetting));
    }
  };

  return {
    clock,
    load,
    async refresh() {
      if (store.engine === 'postgres' && performance.now() - loadedAt > REFRESH_AFTER) await load();
    },
    async saved() {
      await saving;
    },
  };
}
