import type { OutboxMessage } from './outbox.ts';

/** A way out of the tenant. */
export interface Transport {
  /** For events: `SMTP`, `the SMS webhook`. */
  readonly name: string;
  readonly channels: readonly OutboxMessage['channel'][];
  /** Resolves when the other side has taken the message. Rejects with `DeliveryError`. */
  send(message: OutboxMessage): Promise<void>;
  close(): void;
}

export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** The other side will never take this message. */
  readonly isFinal: boolean;
  constructor(message: string, { isFinal, cause }: { isFinal: boolean; cause?: unknown }) {
    super(message, { cause });
    this.isFinal = isFinal;
  }
}

/** How long a connection may take, in milliseconds. */
export const patience = 10_000;
