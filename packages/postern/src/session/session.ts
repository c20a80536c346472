import type { Credentials } from '../types/index.ts';
import type { SessionSource } from './session-state.ts';

/** The session as the React layer drives it: what every hook method does to the state is one of these words. */
export interface Session extends SessionSource {
  /** Runs a login: stores its credentials, sets the user, clears the error. A failure becomes `error`, and rejects. */
  login: (work: () => Promise<Credentials>) => Promise<Credentials>;
  /** Runs a call that changes no user: a failure becomes `error`, and rejects. */
  track: <T>(work: () => Promise<T>) => Promise<T>;
}
