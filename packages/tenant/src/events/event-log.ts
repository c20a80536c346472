import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import { waitUntil } from '../support/wait-until.ts';

/** One thing that happened, told so that a person reading the dashboard knows what and why. */
export interface TenantEvent {
  readonly id: number;
  /** Milliseconds, by the tenant's clock. */
  readonly at: number;
  /** Dotted name, e.g. `login.success`, `token.issued`, `refresh.reuse_detected`, `authorize.rejected`, `logout`. */
  readonly type: string;
  readonly outcome: 'success' | 'failure';
  /** A whole sentence. For a failure: what was sent, what was expected, what to change. Never a token, code or password. */
  readonly sentence: string;
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
  /** Small, secret-free facts for machines: grant type, error code, audience, family id … */
  readonly details?: Readonly<Record<string, string | number | boolean | null>> | undefined;
}

export type NewEvent = Omit<TenantEvent, 'id' | 'at'>;

export interface EventLog {
  /** Never throws and never delays an answer: a log must not break a login. */
  record(event: NewEvent): void;
  list(options?: { afterId?: number; type?: string; limit?: number }): Promise<TenantEvent[]>;
  /** Resolves with the first event after `afterId` that matches and, if given, has that type, or undefined after `timeoutMs`. */
  waitFor(
    match: (event: TenantEvent) => boolean,
    options: { afterId?: number; type?: string; timeoutMs: number },
  ): Promise<TenantEvent | undefined>;
  /** Calls back for each new event until the returned function is called (the dashboard's live log). */
  subscribe(listener: (event: TenantEvent) => void): () => void;
}

export interface BufferedEventLog extends EventLog {
  /** Resolves when everything recorded so far is stored. */
  flush(): Promise<void>;
}

/** An event soon after another waits this long for more, so that a busy tenant writes many at once. In milliseconds. */
const GATHER_MS = 10;
const LARGEST_BATCH = 256;

/** With several writers on PostgreSQL a lower id may become visible after one that is higher by as much. */
const LATE_IDS = 10_000;

/** Keeps events in the database, written after the answer they belong to, in the order they were recorded. */
export function createEventLog(
  store: Store,
  clock: Clock,
  onFailure: (error: unknown) => void = () => undefined,
): BufferedEventLog {
  const listeners = new Set<(event: TenantEvent) => void>();
  let pending: (NewEvent & { readonly at: number })[] = [];
  let writing: Promise<void> | undefined;
  let wroteAt = Number.NEGATIVE_INFINITY;
  let stopGathering = () => {};

  const gather = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      stopGathering = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const write = async () => {
    // Lets the answer go out first.
    if (performance.now() - wroteAt < GATHER_MS) await gather();
    else await new Promise<void>((resolve) => setImmediate(resolve));
    while (pending.length > 0) {
      const batch = pending.slice(0, LARGEST_BATCH);
      pending = pending.slice(batch.length);
      try {
        for (const event of await store.events.insert(batch)) {
          for (const listener of listeners) listener(event);
        }
      } catch (error) {
        onFailure(error);
      }
    }
    wroteAt = performance.now();
  };

  const flush = async () => {
    while (pending.length > 0 || writing) {
      stopGathering();
      await writing;
    }
  };

  const subscribe: EventLog['subscribe'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  /** Each call goes on where the one before came to. */
  const createSearch = (match: (event: TenantEvent) => boolean, afterId: number, type: string | undefined) => {
    let last = afterId;
    return async () => {
      await flush();
      if (store.engine === 'postgres') last = Math.max(afterId, last - LATE_IDS);
      for (;;) {
        const page = await store.events.list({ afterId: last, limit: 500, ...(type === undefined ? {} : { type }) });
        const found = page.find(match);
        if (found || page.length === 0) return found;
        last = page.at(-1)?.id ?? last;
      }
    };
  };

  return {
    record(event) {
      pending.push({ ...event, at: clock.now() });
      writing ??= write().finally(() => {
        writing = undefined;
      });
    },
    flush,
    async list(options) {
      await flush();
      return store.events.list(options);
    },
    waitFor: (match, { afterId = 0, type, timeoutMs }) =>
      waitUntil(createSearch(match, afterId, type), {
        timeoutMs,
        onWake: (wake) => subscribe((event) => match(event) && wake()),
      }),
    subscribe,
  };
}
