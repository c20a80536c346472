import type { Credentials, User } from '../types/index.ts';

/** What of a login is stored. */
export interface StoredLogin {
  readonly credentials: Credentials;
  /** API that the login asked a token for; a silent renewal asks for the same. */
  readonly audience?: string | undefined;
}

/**
 * What the session stores of a login without a page: beside the credentials it knows how they came about, which their
 * tokens do not say. `held` is the session before.
 */
export type Keep = (held: (StoredLogin & { readonly user: User | null }) | null) => StoredLogin;

/** By the credentials and not in them: they belong to the app. */
export const loginOrigins = new WeakMap<Credentials, Keep>();
