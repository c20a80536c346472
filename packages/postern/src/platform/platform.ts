import type { Auth0Options } from '../types/options.ts';

/**
 * The ports: all that differs between a browser, React Native, Node and a test. The core asks for nothing else, and
 * nothing outside `platform/` looks at `window`, `document`, `process` or `Platform.OS`.
 */
export interface Platform {
  readonly name: 'browser' | 'expo' | 'node' | 'memory';
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly lifecycle: Lifecycle;
  /** Where the person signs in. */
  readonly userAgent: UserAgent;
  /** Records that outlive the page or process, as far as `location` allows. Tokens live here. */
  storage(options: StorageOptions): Storage;
  /**
   * Records of logins under way (state, nonce, verifier). They must survive the redirect to the login page and back even
   * where tokens are kept in memory only; in a browser that is `sessionStorage` of this tab.
   */
  transactions(options: { readonly namespace: string }): Storage;
  /**
   * Records without a secret, by which the next page of this tab saves a request. They may be gone at any time. Absent where
   * apps seldom start anew.
   */
  readonly notes?: (options: { readonly namespace: string }) => Storage;
  /** One holder per name across every tab or process that shares the storage. */
  readonly mutex: Mutex;
  /** Messages to the other tabs, or the other clients of an app. */
  channel(name: string): Channel;
  readonly keys: Keys;
  /**
   * Local authentication, before stored credentials are handed out: has the person show that it is they, where there are any
   * (`held`), and they have not done so lately. Rejects when they did not. Absent: nobody is asked.
   */
  readonly gate?: (held: { get(): Promise<object | null> }) => Promise<void>;
  /** Whether this is where a session is taken to the web from: not in the web itself. */
  readonly canTransferSession: boolean;
}

/** What `#platform` exports: the platform of a client that names none. */
export type CreatePlatform = (options: Auth0Options) => Platform;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export interface Random {
  /** From a CSPRNG, or it throws: there is no fallback. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

export interface StorageOptions {
  /** `memory` is lost on reload; `localstorage` and `indexeddb` are browser words, elsewhere they mean "persistent". */
  readonly location: 'memory' | 'localstorage' | 'indexeddb';
  /** Prefix of every record of this client: tells apart tenants, clients and `credentialsManagerStorageKey`s. */
  readonly namespace: string;
}

/** String records. `set` replaces atomically: a reader sees the old value or the new one, never a part. */
export interface Storage {
  get(key: string): Promise<string | undefined>;
  /** As `get` and sooner, but perhaps what another tab has just replaced. Absent where `get` has nothing to wait for. */
  glance?(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
}

export interface Mutex {
  /**
   * Runs `work` while holding `name`. Rejects with `MutexTimeoutError` when the lock was not had within `waitMs`;
   * `work` itself is never interrupted. Released when `work` settles, whatever happens.
   */
  run<T>(name: string, options: { readonly waitMs: number }, work: () => Promise<T>): Promise<T>;
}

export class MutexTimeoutError extends Error {
  override readonly name = 'MutexTimeoutError';
}

export interface Channel {
  /** Structured-cloneable and secret-free: it says that something changed, never what. */
  post(message: ChannelMessage): void;
  /** Returns the function that stops listening. Own messages are not received. */
  listen(listener: (message: ChannelMessage) => void): () => void;
  close(): void;
  /** Nobody is told, and nobody heard: what was read of the storage may be out of date at once. Default false. */
  readonly isSilent?: boolean;
}

export type ChannelMessage =
  /** Stored credentials changed (login or renewal): read them again. */
  | { readonly type: 'credentials' }
  /** Signed out: drop everything held in memory too. */
  | { readonly type: 'signed-out' }
  /** Memory storage only: a tab asks its siblings nothing and is told nothing; reserved for announcing a login. */
  | { readonly type: 'signed-in' };

export interface Lifecycle {
  /** False only when the system says that there is no network. */
  isOnline(): boolean;
  /** Called when the app is online again, becomes visible, or returns from the back-forward cache. */
  onWake(listener: (reason: 'online' | 'visible' | 'restored') => void): () => void;
  /** The URL the app was opened with (a login callback, perhaps), or undefined. */
  currentUrl(): string | undefined;
  /** Until then `currentUrl` may not know of it: the system has to be asked. Never rejects. */
  ready?(): Promise<void>;
  /** Replaces the shown URL without navigating (removes protocol parameters after a callback). */
  replaceUrl(url: string): void;
  /**
   * True when this page was opened only to bring a login callback to another page (a popup's callback page) and has done
   * so: nothing is to be started here. Absent where no page can be one.
   */
  handOver?(): Promise<boolean>;
}

export interface PresentRequest {
  readonly url: string;
  readonly redirectUri: string;
  readonly mode: 'redirect' | 'popup' | 'silent';
  /** The transaction's state: a message or callback with another state is not ours. */
  readonly state: string;
  /** Origin whose messages are believed (popup, silent). */
  readonly issuerOrigin: string;
  readonly timeoutMs: number;
  readonly options?: Readonly<Record<string, unknown>>;
}

export type PresentResult =
  /** The callback came back here; `url` is the redirect URI with its parameters. */
  | { readonly kind: 'callback'; readonly url: string }
  /** The page is being left; the login goes on after the reload, by `resume`. */
  | { readonly kind: 'left' };

export interface UserAgent {
  /**
   * Must be called before the first `await` of a user gesture in `popup` mode (browsers block a later `window.open`):
   * it opens the window at once, and the returned handle takes the URL when it is ready.
   */
  prepare(mode: PresentRequest['mode']): PreparedUserAgent;
  /** Ends a login on screen; its `present` rejects with `a0.session.user_cancelled`. No-op where nothing can be ended. */
  cancel(): Promise<void>;
  /** Opens the logout page. `left` where the whole page navigates. */
  logout(request: {
    readonly url: string;
    readonly returnTo?: string;
    readonly options?: Readonly<Record<string, unknown>>;
  }): Promise<PresentResult>;
  /** The redirect URI when the app named none (browser: the page's origin). Undefined: the app must name one. */
  defaultRedirectUri(context: ReturnContext): string | undefined;
  defaultReturnTo(context: ReturnContext): string | undefined;
  /** Modes that work here, the first being the default. */
  readonly modes: readonly PresentRequest['mode'][];
  /** How long a login may be on screen when the app does not say, in milliseconds. Default 300 000. */
  readonly patienceMs?: number;
}

export interface ReturnContext {
  readonly domain: string;
  /** Of `authorize` or `clearSession`. */
  readonly options?: object | undefined;
}

export interface PreparedUserAgent {
  /**
   * Where this very login returns to, known only now (a listener on a free port). `wanted` is the app's own; rejects when that
   * cannot be had. Absent: `wanted`, else `defaultRedirectUri`.
   */
  redirectUri?(wanted: string | undefined): Promise<string>;
  present(request: PresentRequest): Promise<PresentResult>;
  /** Closes what `prepare` opened when the login failed before it could be shown. */
  abandon(): void;
}

/** By way of the value: as the name of a type, Node knows no `CryptoKey`. */
type Key = (typeof globalThis.CryptoKey)['prototype'];

/** As `crypto.subtle.generateKey` makes it. */
export interface KeyPair {
  readonly privateKey: Key;
  readonly publicKey: Key;
}

/** ES256 key pairs for DPoP, kept between starts. The private half never leaves the platform where it can be avoided. */
export interface Keys {
  get(name: string): Promise<KeyPair | undefined>;
  create(name: string): Promise<KeyPair>;
  delete(name: string): Promise<void>;
}
