import type { AuthError } from '../errors/auth-error.ts';
import type { Credentials } from '../types/credentials.ts';
import type { User } from '../types/user.ts';

/** What an app sees of the session at one moment. The same object until something in it changes. */
export interface SessionSnapshot {
  /** From the ID token; the same reference while its content is the same. */
  readonly user: User | null;
  readonly error: AuthError | null;
  readonly isLoading: boolean;
}

/** What a layer that shows the session needs of it. */
export interface SessionSource {
  getSnapshot(): SessionSnapshot;
  /** Called after each change of the snapshot, never while a lock is held. Returns the function that stops it. */
  subscribe(listener: () => void): () => void;
  /**
   * Start-up, once per client however often it is called (StrictMode calls twice): finishes a login callback found in the
   * URL, else restores the stored session. Never rejects; ends with `isLoading` false.
   */
  start(options?: StartOptions): Promise<void>;
  /** Stops timers, listeners and channels. A later `start` brings it back to life. */
  dispose(): void;
}

/** {@link Auth0.session}: who is signed in, and the two words by which a call of any kind changes that. */
export interface Session extends SessionSource {
  /**
   * Runs a login of any kind: stores its credentials, sets `user`, clears `error`. A failure becomes `error`, and rejects.
   *
   * @example
   * await auth0.session.login(() => auth0.auth.exchange({ code, verifier, redirectUri }));
   */
  login: (work: () => Promise<Credentials>) => Promise<Credentials>;
  /** Runs a call that changes no user: a failure becomes `error`, and rejects. */
  track: <T>(work: () => Promise<T>) => Promise<T>;
}

/** {@link Session.start}. */
export interface StartOptions {
  /** Leave `code`/`state` in the URL alone: another library owns the callback. Default false. */
  readonly skipRedirectCallback?: boolean;
  /** Called after a redirect login was finished; may navigate to `appState.returnTo`. */
  readonly onRedirectCallback?: (appState: unknown, user: User | null) => void;
}
