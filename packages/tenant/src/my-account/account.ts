import type { User } from '../store/store.ts';

/** Whose account it is, and which client works on it. */
export interface Account {
  readonly user: User;
  readonly clientId: string;
}

/** The answer to the beginning of an enrolment; `id` is also in its Location. */
export interface Begun {
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
}
