import type { TenantConfig } from '../config/schema.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Store } from '../store/store.ts';
import type { Departures, OutboxMessage } from './outbox.ts';
import { createSmsWebhook } from './sms-webhook.ts';
import { createSmtpTransport } from './smtp.ts';
import { DeliveryError, patience, type Transport } from './transport.ts';

export interface Delivery extends Departures {
  /** Goes on with what an earlier run left in the queue. */
  resume(): Promise<void>;
  /** Waits for the tries that are under way; what is still queued stays queued. */
  close(): Promise<void>;
}

export interface DeliveryParts {
  readonly config: TenantConfig['delivery'];
  readonly store: Store;
  readonly events: EventLog;
  readonly onError: (error: unknown) => void;
}

/** How much longer each wait is than the one before. */
const backoff = 3;

/** While one process tries, no other takes the message. Milliseconds; longer than a try can take. */
const lease = patience * 6;

/**
 * Takes messages out of the tenant, in the background: a login never waits for a mail server. Each message is tried a limited
 * number of times, further and further apart; state and next time are in the database, so that a restart goes on. The times are
 * the machine's: the tenant's clock may stand still.
 *
 * A message is delivered at least once: a process that dies between the other side's answer and its own note sends it again.
 */
export function createDelivery({ config, store, events, onError }: DeliveryParts): Delivery {
  const { smtp, smsWebhook, from = 'no-reply@postern.test', attempts: most, retryDelay } = config;
  const transports: Transport[] = [
    ...(smtp === undefined ? [] : [createSmtpTransport(smtp, from)]),
    ...(smsWebhook === undefined ? [] : [createSmsWebhook(smsWebhook)]),
  ];
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  const transportOf = ({ channel }: Pick<OutboxMessage, 'channel'>) =>
    transports.find(({ channels }) => channels.includes(channel));

  const schedule = (message: OutboxMessage, delay: number) => {
    if (isClosed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      const running = attempt(message)
        .catch(onError)
        .finally(() => underWay.delete(running));
      underWay.add(running);
    }, delay);
    timer.unref();
    timers.add(timer);
  };

  const attempt = async (message: OutboxMessage) => {
    const transport = transportOf(message);
    const now = Date.now();
    const claimed = await store.outbox.claim(message.id, message.attempts ?? 0, now, now + lease);
    if (transport === undefined) return;
    if (claimed === undefined) return lookAgain(message.id);
    const count = claimed.attempts ?? 1;
    try {
      await transport.send(claimed);
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      return recordFailure(claimed, transport, error, count);
    }
    await store.outbox.settle(claimed.id, { delivery: 'sent' });
    tell(claimed, transport, 'success', `was taken by ${transport.name}${count === 1 ? '' : `, at try ${count}`}`);
  };

  /** The timer was early, or another process has the message: if that one dies, it is ours. */
  const lookAgain = async (id: number) => {
    const waiting = (await store.outbox.queued()).find((one) => one.id === id);
    if (waiting !== undefined) schedule(waiting, Math.max(1, waiting.nextAttemptAt - Date.now()));
  };

  const recordFailure = async (message: OutboxMessage, transport: Transport, error: DeliveryError, count: number) => {
    const isOver = error.isFinal || count >= most;
    const delay = retryDelay * 1000 * backoff ** (count - 1);
    const nextAttemptAt = Date.now() + delay;
    const lastError = error.message;
    await store.outbox.settle(
      message.id,
      isOver ? { delivery: 'failed', lastError } : { delivery: 'queued', lastError, nextAttemptAt },
    );
    const outlook = isOver ? 'it is in the outbox only' : `try ${count + 1} of ${most} is in ${delay / 1000} s`;
    tell(message, transport, 'failure', `did not get out: ${lastError.replace(/\.$/, '')}; ${outlook}`);
    if (!isOver) schedule(message, delay);
  };

  const tell = (
    { id, channel, template, attempts = 1 }: OutboxMessage,
    transport: Transport,
    outcome: 'success' | 'failure',
    what: string,
  ) =>
    events.record({
      type: outcome === 'success' ? 'message.sent' : 'message.not_sent',
      outcome,
      sentence: `Message ${id} (${template}, ${channel}) ${what}.`,
      details: { message: id, transport: transport.name, attempts },
    });

  return {
    takes: (message) => transportOf(message) !== undefined,
    begin: (message) => schedule(message, 0),
    async resume() {
      if (transports.length === 0) return;
      for (const { nextAttemptAt, ...message } of await store.outbox.queued())
        schedule(message, Math.max(0, nextAttemptAt - Date.now()));
    },
    async close() {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      await Promise.race([Promise.allSettled(underWay), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
      for (const transport of transports) transport.close();
    },
  };
}
