import { encodeBase64Url } from '../encoding/base64url.ts';
import { AuthError } from '../errors/auth-error.ts';
import { CredentialsManagerError } from '../errors/credentials-manager-error.ts';
import type { KeyBinding } from '../http/key-binding.ts';
import type { StoredLogin } from '../http/login-origin.ts';
import {
  type Channel,
  type ChannelMessage,
  MutexTimeoutError,
  type Platform,
  type Storage,
} from '../platform/platform.ts';
import { parseIdToken } from '../protocol/id-token.ts';
import type { ApiCredentials, Credentials, User } from '../types/index.ts';

export interface StoredSession extends StoredLogin {
  /** Thumbprint of the key that the tokens are bound to. */
  readonly jkt?: string | undefined;
  /** Access tokens for further APIs, one each. */
  readonly apis?: readonly ApiEntry[] | undefined;
}

export interface ApiEntry {
  readonly audience: string;
  readonly credentials: ApiCredentials;
  /** What was asked for; the server may have granted less, and would again. */
  readonly asked: string;
}

/** A session as read: `id` is new with each login and the same through all its renewals. */
export interface HeldSession extends StoredSession {
  readonly id: string;
  readonly user: User | null;
}

const POINTER = 'session';
const RECORD = 'credentials.';
/** Held over a few writes to the storage. */
const TIDY_WAIT_MS = 5000;
const LOOK_EVERY_MS = 1000;

/**
 * Where a session is kept. Each login has a record of its own, `credentials.<id>`, and `session` names the one that counts:
 * a renewal that ends after a sign-out or another login writes a record nobody points to, sees that, and removes it.
 * So neither a login nor a sign-out ever waits for a renewal.
 *
 * What was last read or written is mirrored in memory, so that a read costs nothing; the channel keeps the mirror honest.
 */
export class CredentialStore {
  readonly #storage: Storage;
  readonly #platform: Platform;
  readonly #namespace: string;
  readonly #inMemory: boolean;
  readonly #binding: Pick<KeyBinding, 'thumbprint' | 'require'>;
  readonly #listeners = new Set<(message: ChannelMessage) => void>();
  /** Undefined: not known. Null: nobody is signed in. */
  #mirror: HeldSession | null | undefined;
  /** Logins, ends and sign-outs made here. */
  #changes = 0;
  /** The end of a session, under way. */
  #leaving: Promise<void> | undefined;
  /** Logins and sign-outs alone: the last of them has the last word. */
  #turns = 0;
  /** Changes heard of, made elsewhere. */
  #signals = 0;
  /** Whose key was there at the last look, and when that was. */
  #sound: HeldSession | undefined;
  #lookedAt = 0;
  #channel: Channel | undefined;
  #silence: (() => void) | undefined;

  constructor(
    platform: Platform,
    options: { location: 'memory' | 'localstorage' | 'indexeddb'; namespace: string },
    binding: Pick<KeyBinding, 'thumbprint' | 'require'>,
  ) {
    this.#binding = binding;
    this.#platform = platform;
    this.#namespace = options.namespace;
    this.#inMemory = options.location === 'memory';
    this.#storage = platform.storage(options);
  }

  /** Calls `listener` after a change made elsewhere. */
  onSignal(listener: (message: ChannelMessage) => void): void {
    this.#listeners.add(listener);
  }

  /** The session as far as known without asking the storage; undefined: ask. */
  peek(): HeldSession | null | undefined {
    return this.#mirror;
  }

  /** Distrusts the mirror: the next read asks the storage. */
  distrust(): void {
    this.#signals++;
    this.#mirror = undefined;
  }

  /** What the mirror shows; that somebody is not signed in, as the storage says. */
  async get(): Promise<HeldSession | null> {
    return (this.#channel?.isSilent ? undefined : this.#mirror) ?? this.read();
  }

  /** As `read`, once a login that is just being stored, here or in another tab, is. */
  async latest(): Promise<HeldSession | null> {
    await this.tidy();
    return this.read();
  }

  /** What the storage seems to hold, where it can tell at once. Another tab may just have changed that. */
  async glance(): Promise<HeldSession | undefined> {
    const id = await this.#storage.glance?.(POINTER);
    return id === undefined ? undefined : parseRecord(id, await this.#storage.glance?.(RECORD + id));
  }

  /** What the storage holds now. A record that cannot be read is removed: nobody is signed in, and the next login works. */
  async read(): Promise<HeldSession | null> {
    this.open();
    for (;;) {
      await this.#leaving?.catch(() => undefined);
      const changes = this.#changes;
      const signals = this.#signals;
      const held = await this.#attempt(() => this.#load());
      if (changes !== this.#changes && this.#mirror !== undefined) return this.#mirror;
      if (changes !== this.#changes || signals !== this.#signals) continue;
      this.#mirror = held;
      return held;
    }
  }

  async #load(): Promise<HeldSession | null> {
    const id = await this.#storage.get(POINTER);
    if (id === undefined) return null;
    const held = parseRecord(id, await this.#storage.get(RECORD + id));
    if (held) return held;
    await this.end(id);
    const now = await this.#storage.get(POINTER);
    // Another tab's login came in between.
    return now === undefined || now === id ? null : this.#load();
  }

  /** Stores a new login in place of whatever was there. */
  async adopt(session: StoredSession): Promise<HeldSession> {
    this.open();
    const turn = ++this.#turns;
    this.#changes++;
    const id = encodeBase64Url(this.#platform.random.bytes(16));
    const isBound = session.credentials.tokenType === 'DPoP';
    const jkt = session.jkt ?? (isBound ? await this.#binding.thumbprint() : undefined);
    const held = { ...session, jkt, id, user: userOf(session.credentials) };
    await this.#attempt(() =>
      this.#undisturbed(async () => {
        await this.#storage.set(RECORD + id, writeRecord(held));
        if (turn === this.#turns) await this.#storage.set(POINTER, id);
        // Signed out while it was written.
        if (turn !== this.#turns && (await this.#storage.get(POINTER)) === id) await this.#storage.delete(POINTER);
      }),
    );
    // A sign-out or another login came after this one: it has the last word.
    if (turn !== this.#turns) return held;
    this.#changes++;
    this.#mirror = held;
    this.#post({ type: 'credentials' });
    // The login is stored: a key that cannot be looked at just now is for the next read to say.
    await this.requireKey(held).catch((error: unknown) => {
      if (this.#mirror === null) throw error;
    });
    return held;
  }

  /** Stores a renewal of the session `id`. Null: that session has ended meanwhile, and nothing of this was kept. */
  async update(id: string, session: StoredSession): Promise<HeldSession | null> {
    const changes = this.#changes;
    const held = { ...session, id, user: userOf(session.credentials) };
    const isCurrent = await this.#attempt(async () => {
      if (this.#mirror === null) return false;
      await this.#storage.set(RECORD + id, writeRecord(session));
      if (changes === this.#changes && (await this.#storage.get(POINTER)) === id) return true;
      await this.#storage.delete(RECORD + id).catch(() => undefined);
      return false;
    });
    if (!isCurrent || changes !== this.#changes) return null;
    this.#mirror = held;
    this.#post({ type: 'credentials' });
    return held;
  }

  /**
   * Ends a bound session whose key is gone (another tab signed out, the browser cleared its storage) or is another one:
   * no request with its tokens could succeed.
   */
  async requireKey(held: HeldSession): Promise<void> {
    if (held.jkt === undefined) return;
    try {
      await this.#binding.require(held.jkt);
      this.#sound = held;
    } catch (error) {
      const { code } = error as AuthError;
      if (code === 'DPOP_KEY_MISSING' || code === 'DPOP_KEY_MISMATCH') await this.end(held.id);
      throw error;
    }
  }

  /**
   * As `requireKey`, for a read that has its answer: it waits the first time only. Later ones look again beside it, and what a
   * look finds is for the next read to say.
   */
  trustKey(held: HeldSession): Promise<void> | undefined {
    if (this.#sound !== held) return this.requireKey(held);
    const now = this.#platform.clock.now();
    if (Math.abs(now - this.#lookedAt) < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    this.#binding.require(held.jkt).catch(() => {
      this.#sound = undefined;
    });
  }

  /**
   * Ends the session `id`, if it is still the one that counts (the server has ended it); no login that is just stored. Never
   * rejects: where the storage refuses, whoever uses the session next finds again that it has ended.
   */
  async end(id: string): Promise<void> {
    await this.#undisturbed(async () => {
      if ((await this.#storage.get(POINTER)) === id) await this.#drop({ type: 'credentials' });
    }).catch(() => undefined);
  }

  /** Signs out: here at once, everywhere else as soon as the message arrives. What is left to remove, `tidy` does. */
  async clear(): Promise<void> {
    this.open();
    this.#turns++;
    await this.#attempt(() => this.#drop({ type: 'signed-out' }));
  }

  /** Removes what a login, a sign-out or a closed tab left behind. What cannot be removed now is tried again at each start. */
  async tidy(): Promise<void> {
    await this.#attempt(async () => {
      const failure = await this.#undisturbed(async () => undefined);
      if (failure) throw failure;
    });
  }

  async #drop(message: ChannelMessage | undefined): Promise<void> {
    const { id } = this.#mirror ?? {};
    this.#changes++;
    this.#mirror = null;
    this.#leaving = this.#storage.delete(POINTER);
    await this.#leaving;
    // The session has ended with that; the others need not wait for the tidying up.
    if (message) this.#post(message);
    if (id) await this.#storage.delete(RECORD + id).catch(() => undefined);
  }

  /**
   * Between its record and its pointer a login looks like something left half-done, which another tab's sweep would remove:
   * one tab at a time. A tab that does not let go in time may be frozen in the middle, and its login stands when it goes on:
   * then nothing is swept. Resolves with what kept the sweep from removing all there is.
   */
  async #undisturbed(work: () => Promise<void>): Promise<unknown> {
    let failure: unknown;
    const workAndSweep = async () => {
      try {
        await work();
      } finally {
        failure = await this.#sweep();
      }
    };
    try {
      await this.#platform.mutex.run(`${this.#namespace}/records`, { waitMs: TIDY_WAIT_MS }, workAndSweep);
    } catch (error) {
      if (!(error instanceof MutexTimeoutError)) throw error;
      await work();
    }
    return failure;
  }

  /** Removes every record but the one that counts: old logins, and what a closed tab left half-done. */
  async #sweep(): Promise<unknown> {
    let failure: unknown;
    const note = (error: unknown) => {
      failure = error;
    };
    try {
      const current = await this.#storage.get(POINTER);
      for (const key of await this.#storage.keys()) {
        if (key.startsWith(RECORD) && key !== RECORD + current) await this.#storage.delete(key).catch(note);
      }
    } catch (error) {
      note(error);
    }
    return failure;
  }

  /** Listens to the other tabs; any number of times. */
  open(): void {
    if (this.#channel) return;
    this.#channel = this.#platform.channel(this.#namespace);
    this.#silence = this.#channel.listen((message) => void this.#hear(message));
    this.distrust();
  }

  close(): void {
    this.#silence?.();
    this.#channel?.close();
    this.#channel = undefined;
    this.distrust();
  }

  async #hear(message: ChannelMessage): Promise<void> {
    // Kept in memory, this tab's credentials are its own to remove.
    if (message.type === 'signed-out' && this.#inMemory) {
      this.#turns++;
      await this.#drop(undefined)
        .then(() => this.tidy())
        .catch(() => undefined);
    } else this.distrust();
    for (const listener of this.#listeners) listener(message);
  }

  /** After the fact: nothing that goes wrong here undoes it, and who was not told looks at the storage when they wake. */
  #post(message: ChannelMessage): void {
    try {
      // Closed while this was under way (the app's tree was taken down): the others must hear of it all the same.
      const channel = this.#channel ?? this.#platform.channel(this.#namespace);
      channel.post(message);
      if (channel !== this.#channel) channel.close();
    } catch {}
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const code = cause instanceof AuthError ? cause.code : 'STORE_FAILED';
      throw fault(code, (cause as Error)?.message ?? code, cause);
    }
  }
}

const fault = (code: string, message: string, cause?: unknown) =>
  new CredentialsManagerError(new AuthError('CredentialsManagerError', message, { code, cause }));

const writeRecord = ({ credentials, audience, jkt, apis }: StoredSession) =>
  JSON.stringify({ v: 1, credentials, audience, jkt, apis });

function parseRecord(id: string, text: string | undefined): HeldSession | undefined {
  try {
    const { v, credentials, audience, jkt, apis } = JSON.parse(text ?? '') as StoredSession & { v: unknown };
    const { accessToken, tokenType, idToken, expiresAt } = credentials;
    const isWhole = [accessToken, tokenType, idToken].every((value) => typeof value === 'string');
    if (v !== 1 || !isWhole || !Number.isFinite(expiresAt)) return undefined;
    return { id, credentials, audience, jkt, apis, user: userOf(credentials) };
  } catch {
    return undefined;
  }
}

/** A login without an ID token is one without a user. */
function userOf({ idToken }: Credentials): User | null {
  return idToken ? parseIdToken(idToken) : null;
}
