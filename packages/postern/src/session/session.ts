import { AuthError, isAuthError } from '../errors/auth-error.ts';
import { CredentialsManagerError } from '../errors/credentials-manager-error.ts';
import { WebAuthError } from '../errors/web-auth-error.ts';
import type { KeyBinding } from '../http/key-binding.ts';
import { loginOrigins } from '../http/login-origin.ts';
import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import type { Platform, Storage } from '../platform/platform.ts';
import { safeReturnTo } from '../protocol/return-to.ts';
import type { ApiCredentials, Credentials, User } from '../types/index.ts';
import type { CredentialStore, HeldSession, StoredSession } from './credential-store.ts';
import type { StoredCredentials } from './credentials-manager.ts';
import { tokenFor, type Wanted } from './held-tokens.ts';
import type { FinishedLogin, Logins } from './logins.ts';
import { hasSameContent } from './same-content.ts';
import type { Session, SessionSnapshot, StartOptions } from './session-state.ts';
import type { Transactions } from './transactions.ts';

export interface SessionParts {
  readonly configuration: Configuration;
  readonly platform: Platform;
  readonly store: CredentialStore;
  readonly credentials: StoredCredentials;
  readonly logins: Logins;
  readonly transactions: Transactions;
  readonly binding: KeyBinding;
  readonly tenant: Tenant;
}

const HINT = 'signed-in';
/** Renewals ahead of need, when the app wakes: worth it from this close to the end. */
const DUE_SECONDS = 60;
const asIs: Wanted = { minTtl: 0, parameters: {}, force: false };
/** Answers of a silent login that say no more than "nobody is signed in", or not without a page. */
const nobody = new Set(['login_required', 'consent_required', 'interaction_required', 'mfa_required', 'timeout']);

/**
 * Who is signed in: the one state, which React and any other layer subscribes to. Every change of the state is made here
 * (wire reference section 28).
 */
export class LiveSession implements Session {
  readonly #parts: SessionParts;
  readonly #listeners = new Set<() => void>();
  /** Where it is remembered, without any secret, that a silent login at the next start may succeed. */
  readonly #hints: Storage | undefined;
  #snapshot: SessionSnapshot = { user: null, error: null, isLoading: true };
  #starting: Promise<void> | undefined;
  /** Begins again: a phone that was never unlocked since it was switched on lets nobody read who is signed in. */
  #restart: (() => Promise<void>) | undefined;
  #isStarted = false;
  /** Whether the person has shown that it is they (or signed in): until then they are nobody to whoever looks. */
  #isUnlocked: boolean;
  #hasMissed = false;
  #stopWaking: (() => void) | undefined;
  /** Of a login that the start finished, for an app that asks for them by itself. */
  #resumed: Credentials | null = null;
  /** What such an app was given. */
  #given: Credentials | null = null;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { configuration, platform, store, logins } = parts;
    this.#isUnlocked = !platform.gate;
    if (logins.canBeSilent && configuration.cacheLocation === 'memory')
      this.#hints = platform.storage({ location: 'localstorage', namespace: configuration.namespace });
    store.onSignal(({ type }) => {
      if (type === 'signed-out') parts.transactions.forgetUnanswered().catch(() => undefined);
      void this.#follow();
    });
  }

  getSnapshot = (): SessionSnapshot => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start = (options: StartOptions = {}): Promise<void> => {
    const { platform, store, tenant, credentials } = this.#parts;
    // The first time whatever reads or writes opens it, and no page is kept from showing for it.
    if (this.#starting) store.open();
    if (!this.#stopWaking) {
      this.#stopWaking = platform.lifecycle.onWake((reason) => void this.#wake(reason));
      // Brought back to life: others may have signed in or out meanwhile.
      if (this.#isStarted) void this.#follow();
    }
    this.#starting ??= this.#start(options);
    // After what shows the user; where more is needed for that, it is asked for there.
    this.#starting.then(() => {
      tenant.prepare();
      credentials.prepare();
    });
    return this.#starting;
  };

  dispose = (): void => {
    this.#stopWaking?.();
    this.#stopWaking = undefined;
    this.#parts.store.close();
  };

  async #start(options: StartOptions): Promise<void> {
    const { skipRedirectCallback, onRedirectCallback } = options;
    const { platform, logins, store } = this.#parts;
    let afterwards: (() => void) | undefined;
    try {
      // This page only brings a callback to another one, and is about to close.
      if (await platform.lifecycle.handOver?.()) return;
      await platform.lifecycle.ready?.();
      let url = skipRedirectCallback ? undefined : await logins.callback();
      let held: HeldSession | null = null;
      if (!url) {
        await this.#glance();
        held = await store.read();
        if (!skipRedirectCallback) url = await logins.callback(held);
      }
      if (url) {
        // Its database takes a moment to open; and a sign-out meanwhile is heard of.
        store.read().catch(() => undefined);
        const login = await this.webLogin(() => logins.resume(url));
        // In a browser nobody else waits for it.
        if (platform.lifecycle.ready && login.credentials !== this.#given) this.#resumed = login.credentials;
        afterwards = () => this.#return(login.appState, onRedirectCallback);
      } else await this.#restore(held);
    } catch (error) {
      const failure = isAuthError(error) ? error : unexpected(error);
      // Signed out by another tab in this very moment: that is no failure.
      if (failure.type !== 'NO_CREDENTIALS') this.#set({ error: failure });
      // After a callback that failed nobody was asked yet.
      if (!this.#isUnlocked) await this.unlock().catch(() => undefined);
      const held = await store.get().catch(() => undefined);
      if (held === undefined) this.#restart = () => this.#start(options);
      this.#show(held ?? null);
    }
    this.#isStarted = true;
    this.#set({ isLoading: false });
    store.tidy().catch(() => undefined);
    // What was heard while loading waited until now.
    if (this.#hasMissed) await this.#follow();
    if (afterwards) isolated(afterwards);
  }

  #return(appState: unknown, onRedirectCallback: StartOptions['onRedirectCallback']): void {
    if (onRedirectCallback) {
      onRedirectCallback(appState, this.#snapshot.user);
      return;
    }
    const { lifecycle } = this.#parts.platform;
    const path = safeReturnTo((appState as { returnTo?: unknown } | undefined)?.returnTo);
    const url = lifecycle.currentUrl();
    if (path && url) lifecycle.replaceUrl(new URL(path, url).href);
  }

  /**
   * Shows a stored session whose token still holds before all about it is certain: that takes databases and keys, and
   * seldom comes to anything else. Nothing but the user is given away by it.
   */
  async #glance(): Promise<void> {
    const { store, credentials, platform } = this.#parts;
    const held = platform.gate ? undefined : await store.glance().catch(() => undefined);
    if (held && !this.#isStarted && credentials.isFresh(held)) this.#set({ user: held.user, isLoading: false });
  }

  /** A stored session is one even when it cannot be renewed just now; only the tenant's word ends it. */
  async #restore(held: HeldSession | null): Promise<void> {
    const { store, credentials, logins } = this.#parts;
    if (held) {
      if (!logins.mayBeSilent && !(await credentials.has(0))) return;
      const refusal = await this.unlock().catch(toCredentialsManagerError);
      // Whoever it is, they are shown nothing of the session; it stays, and may be asked for again.
      if (refusal) return this.#set({ error: refusal });
      try {
        const found = await credentials.get(asIs);
        // The app may have signed out, or somebody else in, meanwhile.
        const { user = null } = (store.peek() === undefined ? found : store.peek()) ?? {};
        this.#set({ user, isLoading: false });
      } catch (error) {
        throw toCredentialsManagerError(error);
      }
    } else {
      this.#set({ user: null });
      if (logins.mayBeSilent && (await this.#wasSignedIn())) await this.joinWebSession();
    }
  }

  /** A silent login; resolves quietly when nobody is signed in at the tenant. */
  async joinWebSession(): Promise<void> {
    const { logins, store } = this.#parts;
    if (!logins.canBeSilent) return;
    try {
      this.#adopted(await store.adopt(await logins.silent({})));
    } catch (error) {
      if (!isAuthError(error) || !nobody.has(error.code)) throw toWebAuthError(error);
      await this.#hint(false);
    }
  }

  /** Runs a login of any kind: stores its credentials, sets the user, clears the error. A failure becomes `error`. */
  login = (work: () => Promise<Credentials>): Promise<Credentials> =>
    this.track(async () => {
      const credentials = await work();
      await this.#keep(loginOrigins.get(credentials)?.(await this.#parts.store.get()) ?? { credentials });
      return credentials;
    });

  /** As `login`, for logins by the authorization page, whose failures are `WebAuthError`s. */
  webLogin = (work: () => Promise<FinishedLogin>): Promise<FinishedLogin> =>
    this.track(async () => {
      try {
        return await this.#keep(await work());
      } catch (error) {
        throw toWebAuthError(error);
      }
    });

  /** Runs a call that changes no user: a failure becomes `error`. */
  track = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const failure = isAuthError(error) ? error : unexpected(error);
      this.#set({ error: failure, isLoading: false });
      throw failure;
    }
  };

  async #keep<T extends StoredSession>(login: T): Promise<T> {
    const { store } = this.#parts;
    const { credentials, audience } = login;
    const held = store.peek();
    // A login that stored itself (`webAuth.authorize` inside `login`) is not stored twice.
    this.#adopted(held?.credentials === credentials ? held : await store.adopt({ credentials, audience }));
    await this.#hint(true);
    return login;
  }

  /** The stored credentials; their user becomes the session's. A session the tenant has ended ends here too. */
  async credentials(wanted: Wanted): Promise<Credentials> {
    return { ...(await this.#renew(wanted)).credentials };
  }

  /** As `credentials`, for one API. */
  async apiCredentials(wanted: Wanted): Promise<ApiCredentials> {
    const held = await this.#renew(wanted, typeof wanted.audience === 'string' && wanted.audience !== '');
    const { accessToken, tokenType, expiresAt, scope } = tokenFor(held, wanted.audience) ?? held.credentials;
    return { accessToken, tokenType, expiresAt, ...(scope ? { scope } : {}) };
  }

  async #renew(wanted: Wanted, hasAudience = true): Promise<HeldSession> {
    const { held } = await this.use(async () => {
      // Without one, the login's token would go to an API that it is not for.
      if (!hasAudience) throw new AuthError('MissingParameters', 'Give an audience.', { code: 'missing_parameters' });
      return { held: await this.#parts.credentials.get(wanted) };
    });
    return held;
  }

  /** Runs what may renew the stored session, and tells what comes of it. */
  async use<T extends { readonly held: HeldSession }>(work: () => Promise<T>): Promise<T> {
    try {
      await this.unlock();
      const result = await work();
      this.#renewed(result.held);
      return result;
    } catch (error) {
      throw this.#failedRenewal(error);
    }
  }

  /** Has the person show that it is they, where the platform asks for that. */
  async unlock(): Promise<void> {
    const { platform, store } = this.#parts;
    await platform.gate?.(store);
    this.#isUnlocked = true;
  }

  /** Once. */
  takeResumed(credentials = this.#resumed): Credentials | null {
    this.#resumed = null;
    this.#given = credentials;
    return credentials;
  }

  /** Forgets the session, in every tab. */
  async signOut(): Promise<void> {
    this.takeResumed(null);
    const { store, transactions, binding } = this.#parts;
    // The key first: a login that another tab is just finishing sees that it is gone. A key that cannot be removed binds
    // nothing any more, and is no reason to stay signed in.
    await binding.clear().catch(() => undefined);
    await store.clear();
    await this.#hint(false);
    await transactions.clear().catch(() => undefined);
    this.#set({ user: null, error: null });
    await store.tidy();
  }

  #adopted(held: HeldSession): void {
    this.#isUnlocked = true;
    this.#set({ user: held.user, error: null, isLoading: false });
  }

  #renewed(held: HeldSession): void {
    const { error } = this.#snapshot;
    this.#set({ user: held.user ?? this.#snapshot.user, ...(error?.type === 'NO_NETWORK' ? { error: null } : {}) });
  }

  #failedRenewal(error: unknown): CredentialsManagerError {
    const failure = toCredentialsManagerError(error);
    const hasEnded = this.#parts.store.peek() === null;
    this.#set({ error: failure, ...(hasEnded ? { user: null } : {}) });
    return failure;
  }

  /** Another tab signed in, renewed or signed out. */
  async #follow(): Promise<void> {
    const held = await this.#parts.store.get().catch(() => undefined);
    if (held === null) this.#parts.binding.forgetNonces();
    this.#hasMissed = this.#snapshot.isLoading || (this.#starting !== undefined && !this.#isStarted);
    if (held === undefined || this.#hasMissed) return;
    const isSignedOut = held === null && this.#snapshot.user !== null;
    this.#show(held, isSignedOut ? { error: null } : {});
  }

  #show(held: HeldSession | null, more: Partial<SessionSnapshot> = {}): void {
    this.#set({ user: this.#isUnlocked && held ? held.user : null, ...more });
  }

  async #wake(reason: 'online' | 'visible' | 'restored'): Promise<void> {
    const { store, logins, platform } = this.#parts;
    if (reason === 'restored') {
      logins.cameBack();
      store.distrust();
    }
    // What no message told.
    await this.#follow();
    const held = await store.get().catch(() => undefined);
    const restart = this.#restart;
    if (restart && held !== undefined) {
      this.#restart = undefined;
      this.#set({ error: null });
      return restart();
    }
    if (!held || held.credentials.expiresAt > platform.clock.now() / 1000 + DUE_SECONDS) return;
    try {
      const renewed = await this.#parts.credentials.get({ ...asIs, minTtl: DUE_SECONDS });
      if (this.#isUnlocked) this.#renewed(renewed);
    } catch (error) {
      // Nobody asked: only what changes the session is worth telling.
      if (store.peek() === null) this.#failedRenewal(error);
    }
  }

  async #wasSignedIn(): Promise<boolean> {
    const hints = this.#hints;
    // One that is out of date costs a question to the tenant, no more.
    const hint = (hints?.glance ?? hints?.get)?.(HINT);
    return (await hint?.catch(() => undefined)) !== undefined;
  }

  async #hint(isSignedIn: boolean): Promise<void> {
    await (isSignedIn ? this.#hints?.set(HINT, '1') : this.#hints?.delete(HINT))?.catch(() => undefined);
  }

  #set(change: Partial<SessionSnapshot>): void {
    const next = { ...this.#snapshot, ...change };
    if (hasSameContent(next.user, this.#snapshot.user)) next.user = this.#snapshot.user as User | null;
    const { user, error, isLoading } = this.#snapshot;
    if (next.user === user && next.error === error && next.isLoading === isLoading) return;
    this.#snapshot = next;
    for (const listener of this.#listeners) isolated(listener);
  }
}

/** Runs the app's code: its errors are the app's, and no reason to fail a login. */
function isolated(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

const unexpected = (cause: unknown) =>
  new AuthError('UnexpectedError', (cause as Error)?.message ?? 'Something unexpected happened.', { cause });

const wrapped = new WeakMap<AuthError, CredentialsManagerError>();

/** One error for all that share it: a renewal that fails for twenty callers is one event. */
export function toCredentialsManagerError(error: unknown): CredentialsManagerError {
  if (error instanceof CredentialsManagerError) return error;
  const source = isAuthError(error) ? error : unexpected(error);
  const known = wrapped.get(source) ?? new CredentialsManagerError(source);
  wrapped.set(source, known);
  return known;
}

export const toWebAuthError = (error: unknown): WebAuthError =>
  error instanceof WebAuthError ? error : new WebAuthError(isAuthError(error) ? error : unexpected(error));
