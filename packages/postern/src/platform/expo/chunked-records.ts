import { AuthError } from '../../errors/auth-error.ts';
import type { SecureStoreModule, SecureStoreOptions } from './modules.ts';

/** What Expo documents as safe to keep in one item is 2048 bytes. All that is written is ASCII. */
const CHUNK = 2000;
/** More than any record has: a store that fails for every name is not asked for ever. */
const MOST_CHUNKS = 10_000;
/** Faults by which Android's store says that an item can never be read again (its key is gone, or the item is damaged). */
const hopeless = /^ERR_(DECRYPT|ENCRYPT|KEY_?STORE)$/;
/** The same of iOS's keychain, which has one code for all its faults. */
const undecodable = /Unable to decode the provided data/;

type Generation = 'a' | 'b';

interface Head {
  readonly generation: Generation;
  readonly chunks: number;
  readonly length: number;
}

/**
 * Records of any length in a store of small items. A record's head says which of two generations of chunks counts: a new
 * value is written beside the old one, and counts from the moment its head is written. So a process that is killed at any
 * write leaves the old value or the new one. What it leaves besides is removed by the next write or deletion.
 */
export class ChunkedRecords {
  readonly #store: SecureStoreModule;
  readonly #options: SecureStoreOptions;

  constructor(store: SecureStoreModule) {
    this.#store = store;
    // Readable while the screen is locked, once it was unlocked since the start, for renewals in the background; not part of
    // a backup that another device could restore. Under a service, and on Android so a key, of its own.
    this.#options = {
      keychainService: 'postern',
      keychainAccessible: store.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY,
    };
  }

  /**
   * @throws AuthError `CRYPTO_EXCEPTION` for a record that cannot be read and never will be: it is gone by then, so that the
   * next call finds none. What the store says otherwise (the device is locked) is passed on, and nothing is removed.
   */
  async get(name: string): Promise<string | undefined> {
    try {
      return await this.#get(name);
    } catch (cause) {
      if (!isHopeless(cause)) throw cause;
      await this.delete(name).catch(() => undefined);
      throw cryptoException('What was stored could not be read, and was removed: sign in again.', cause);
    }
  }

  async #get(name: string): Promise<string | undefined> {
    const text = await this.#read(name);
    if (text === undefined) return undefined;
    const { generation, chunks, length } = parseHead(text);
    let body = '';
    for (let i = 0; i < chunks; i++) body += (await this.#read(chunkName(name, generation, i))) ?? '';
    if (body.length !== length) throw new SyntaxError('A part of the record is missing.');
    return parseBody(body);
  }

  async set(name: string, value: string): Promise<void> {
    const old = await this.#head(name);
    const generation = old?.generation === 'a' ? 'b' : 'a';
    const text = JSON.stringify(value).replace(/[^\x20-\x7e]/g, escapeCharacter);
    const chunks = Math.ceil(text.length / CHUNK);
    for (let i = 0; i < chunks; i++)
      await this.#write(chunkName(name, generation, i), text.slice(i * CHUNK, (i + 1) * CHUNK));
    await this.#write(name, `1${generation}${chunks}:${text.length}`);
    await this.#prune(name, generation, chunks);
    await this.#prune(name, generation === 'a' ? 'b' : 'a', 0, old?.chunks);
  }

  async delete(name: string): Promise<void> {
    const head = await this.#head(name);
    await this.#remove(name);
    for (const generation of ['a', 'b'] as const)
      await this.#prune(name, generation, 0, head?.generation === generation ? head.chunks : 0);
  }

  /**
   * Removes the chunks from one on: `known` ones, and what an interruption left after them. The last first: what is left when
   * this is interrupted has no gap, and is found the next time.
   */
  async #prune(name: string, generation: Generation, from: number, known = 0): Promise<void> {
    let end = Math.max(from, known);
    while (end < MOST_CHUNKS && (await this.#exists(chunkName(name, generation, end)))) end++;
    while (end > from) await this.#remove(chunkName(name, generation, --end));
  }

  async #exists(item: string): Promise<boolean> {
    try {
      return (await this.#read(item)) !== undefined;
    } catch (error) {
      if (isHopeless(error)) return true;
      throw error;
    }
  }

  async #head(name: string): Promise<Head | undefined> {
    try {
      const head = await this.#read(name);
      return head === undefined ? undefined : parseHead(head);
    } catch (error) {
      if (isHopeless(error)) return undefined;
      throw error;
    }
  }

  /** What seems beyond hope is looked at once more: Android's key store may just be busy. */
  async #read(item: string): Promise<string | undefined> {
    const read = async () => (await this.#store.getItemAsync(item, this.#options)) ?? undefined;
    return read().catch((error: unknown) => {
      if (isHopeless(error)) return read();
      throw error;
    });
  }

  async #write(item: string, text: string): Promise<void> {
    try {
      await this.#store.setItemAsync(item, text, this.#options);
    } catch (cause) {
      if (!isHopeless(cause)) throw cause;
      throw cryptoException('The secure store of this device takes nothing.', cause);
    }
  }

  async #remove(item: string): Promise<void> {
    await this.#store.deleteItemAsync(item, this.#options);
  }
}

const chunkName = (name: string, generation: Generation, index: number) => `${name}.${generation}${index}`;

function parseHead(text: string): Head {
  const [, generation, chunks, length] = /^1([ab])([1-9]\d{0,3}):(\d{1,9})$/.exec(text) ?? [];
  if (generation === undefined) throw new SyntaxError('The head of the record is damaged.');
  return { generation: generation as Generation, chunks: Number(chunks), length: Number(length) };
}

/** Without what `JSON.parse` says: it repeats a part of the text. */
function parseBody(body: string): string {
  try {
    return String(JSON.parse(body));
  } catch {
    throw new SyntaxError('The record is damaged.');
  }
}

const escapeCharacter = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function isHopeless(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return error instanceof SyntaxError || hopeless.test(String(code)) || undecodable.test(String(message));
}

const cryptoException = (message: string, cause: unknown) =>
  new AuthError('CryptoException', message, { code: 'CRYPTO_EXCEPTION', cause });
