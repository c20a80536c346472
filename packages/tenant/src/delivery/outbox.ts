import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import { waitUntil } from '../support/wait-until.ts';

/** A message the tenant would send. Every message is kept in the outbox, whatever else delivers it. */
export interface OutboxMessage {
  readonly id: number;
  readonly at: number;
  readonly channel: 'email' | 'sms' | 'voice' | 'push';
  readonly to: string;
  /** What it is for: `password_reset`, `verify_email`, `passwordless_code`, … */
  readonly template: string;
  readonly subject?: string | undefined;
  readonly text: string;
  readonly html?: string | undefined;
  /** The link or code in it, so that a test need not read the prose. */
  readonly link?: string | undefined;
  readonly code?: string | undefined;
  /** Its way out of the tenant, by SMTP or webhook. Absent: it stays in the outbox. */
  readonly delivery?: 'queued' | 'sent' | 'failed' | undefined;
  /** Tries so far. */
  readonly attempts?: number | undefined;
  /** Why the latest try failed. */
  readonly lastError?: string | undefined;
}

export type NewOutboxMessage = Omit<OutboxMessage, 'id' | 'at' | 'delivery' | 'attempts' | 'lastError'>;

export interface Outbox {
  send(message: NewOutboxMessage): Promise<OutboxMessage>;
  list(options?: { to?: string; template?: string; afterId?: number; limit?: number }): Promise<OutboxMessage[]>;
}

export type OutboxFilter = Pick<NonNullable<Parameters<Outbox['list']>[0]>, 'to' | 'template' | 'afterId'>;

export interface WaitingOutbox extends Outbox {
  /** The first message after `afterId` (0: from the beginning) that matches, or undefined after `timeoutMs`. */
  waitFor(filter: OutboxFilter, timeoutMs: number): Promise<OutboxMessage | undefined>;
}

/** What takes messages out of the tenant, if anything does. */
export interface Departures {
  /** Whether messages of that channel leave. */
  takes(message: Pick<OutboxMessage, 'channel'>): boolean;
  /** Sets out with a message that was stored as queued; nobody waits for it. */
  begin(message: OutboxMessage): void;
}

export function createOutbox(store: Store, clock: Clock, departures?: Departures): WaitingOutbox {
  const waiting = new Set<() => void>();
  return {
    async send(message) {
      const leaves = departures?.takes(message) === true;
      const kept = await store.outbox.insert({
        ...message,
        at: clock.now(),
        ...(leaves ? { delivery: 'queued', attempts: 0 } : {}),
      });
      if (leaves) departures.begin(kept);
      for (const wake of waiting) wake();
      return kept;
    },
    list: (options) => store.outbox.list(options),
    waitFor: (filter, timeoutMs) =>
      waitUntil(async () => (await store.outbox.list({ afterId: 0, ...filter, limit: 1 }))[0], {
        timeoutMs,
        onWake: (wake) => {
          waiting.add(wake);
          return () => waiting.delete(wake);
        },
      }),
  };
}
