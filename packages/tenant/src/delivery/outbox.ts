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
}

export interface Outbox {
  send(message: Omit<OutboxMessage, 'id' | 'at'>): Promise<OutboxMessage>;
  list(options?: { to?: string; template?: string; afterId?: number; limit?: number }): Promise<OutboxMessage[]>;
}
