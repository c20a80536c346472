import type { TenantControl } from '../control/control.ts';
import { ControlError } from '../control/control-error.ts';
import type { OutboxMessage } from '../delivery/outbox.ts';

interface Wait {
  /** Only messages of this kind, e.g. `password_reset`. */
  readonly template?: string;
  /** Milliseconds of real time. Default 5000. */
  readonly timeoutMs?: number;
}

/**
 * Mail and text messages, which never leave the tenant. Each wait takes the next message to that address: after a second
 * mail was asked for, the second wait gives that one.
 */
export interface TestOutbox {
  /** @throws ControlError `timeout`, naming the newest messages there are */
  waitForMessage(to: string, options?: Wait): Promise<OutboxMessage>;
  /** The code in the next message that has one. */
  waitForCode(to: string, options?: Wait): Promise<string>;
  /** The link in the next message that has one. */
  waitForLink(to: string, options?: Wait): Promise<string>;
  /** All messages to an address, taken or not, oldest first. */
  list(to?: string): Promise<OutboxMessage[]>;
}

export interface ForgetfulOutbox extends TestOutbox {
  /** After a reset, whose messages count from the beginning. */
  forget(): void;
}

export function createTestOutbox({ outbox }: TenantControl): ForgetfulOutbox {
  const taken = new Map<string, number>();

  const next = async (to: string, { template, timeoutMs = 5000 }: Wait, fits: (message: OutboxMessage) => boolean) => {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const message = await outbox.waitForMessage({
        to,
        ...(template === undefined ? {} : { template }),
        afterId: taken.get(to) ?? 0,
        timeoutMs: Math.max(0, Math.round(until - performance.now())),
      });
      taken.set(to, message.id);
      if (fits(message)) return message;
    }
  };

  const member = async (name: 'code' | 'link', to: string, options: Wait) => {
    const value = (await next(to, options, (message) => message[name] !== undefined))[name];
    if (value === undefined) throw new ControlError('not_found', `The message to ${to} has no ${name}.`);
    return value;
  };

  return {
    waitForMessage: (to, options = {}) => next(to, options, () => true),
    waitForCode: (to, options = {}) => member('code', to, options),
    waitForLink: (to, options = {}) => member('link', to, options),
    list: async (to) => outbox.list({ ...(to === undefined ? {} : { to }), limit: 10_000 }),
    forget: () => taken.clear(),
  };
}
