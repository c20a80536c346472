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
  /** Resolves with the first event after `afterId` that matches, or undefined after `timeoutMs`. */
  waitFor(
    match: (event: TenantEvent) => boolean,
    options: { afterId?: number; timeoutMs: number },
  ): Promise<TenantEvent | undefined>;
  /** Calls back for each new event until the returned function is called (the dashboard's live log). */
  subscribe(listener: (event: TenantEvent) => void): () => void;
}
