import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage } from '../platform.ts';
import { findKey, type Keychain, loadKeychain } from './keychain.ts';
import { withLockFile } from './lock-file.ts';
import { isDraft, isMissing, removeDrafts, replaceFile } from './replace-file.ts';

export interface RecordFilesOptions {
  readonly directory: string;
  /** `off`: never asked. Default: that of the system, where it can be used. */
  readonly keychain?: 'off' | Keychain | undefined;
}

/** How records are protected: by a key in the keychain, or by the permissions of their files alone. */
export type Protection = 'keychain' | 'file';

const LOCK_MS = 10_000;
const encrypted = 'enc1.';
const plain = 'raw1.';

/**
 * Records as files, one each, which only their owner may read. Where the system's keychain works, it holds a key and the
 * files are encrypted with it (AES-256-GCM): so no record is too long for a keychain, and a copy of the files is worthless.
 */
export class RecordFiles {
  readonly #options: RecordFilesOptions;
  #key: Promise<Buffer | undefined> | undefined;

  constructor(options: RecordFilesOptions) {
    this.#options = options;
  }

  /** Asks the keychain, if it was not asked yet. */
  protection = async (): Promise<Protection> => ((await this.#findKey()) ? 'keychain' : 'file');

  open(namespace: string): Storage {
    const folder = join(this.#options.directory, 'sessions', folderName(namespace));
    const fileOf = (key: string) => join(folder, fileName(key));
    return {
      get: async (key) => {
        const text = await readFile(fileOf(key), 'utf8').catch(ignoreMissing);
        return text === undefined ? undefined : this.#decode(`${namespace}/${key}`, text);
      },
      set: async (key, value) => replaceFile(fileOf(key), await this.#encode(`${namespace}/${key}`, value)),
      delete: async (key) => rm(fileOf(key), { force: true }),
      keys: async () => {
        const names = (await readdir(folder).catch(ignoreMissing)) ?? [];
        await removeDrafts(folder, names);
        return names.filter((name) => !isDraft(name)).map(decodeURIComponent);
      },
    };
  }

  #findKey(): Promise<Buffer | undefined> {
    const { directory, keychain } = this.#options;
    if (keychain === 'off') return Promise.resolve(undefined);
    if (!this.#key) {
      // Two processes that start at once would each make a key, and one of them encrypt with a key that is gone.
      const asked = withLockFile(join(directory, 'locks', 'keychain'), LOCK_MS, async () =>
        findKey(keychain ?? (await loadKeychain()), directory),
      );
      this.#key = asked;
      // A keychain that is locked now may be unlocked later, in a process that lives for days.
      const forget = () => {
        if (this.#key === asked) this.#key = undefined;
      };
      asked.then((key) => key ?? forget(), forget);
    }
    return this.#key;
  }

  async #encode(name: string, value: string): Promise<string> {
    const key = await this.#findKey();
    if (!key) return plain + value;
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name));
    const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
    return encrypted + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
  }

  /** What is no record, or was damaged, is none: the next login works. */
  async #decode(name: string, text: string): Promise<string | undefined> {
    if (text.startsWith(plain)) return text.slice(plain.length);
    if (!text.startsWith(encrypted)) return undefined;
    const key = await this.#findKey();
    // The session is there and may be read again later: it must not look as if nobody were signed in.
    if (!key)
      throw new Error(
        'The keychain that holds the key of the stored session cannot be used. Unlock it, or sign in again.',
      );
    try {
      const bytes = Buffer.from(text.slice(encrypted.length), 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
        .setAAD(Buffer.from(name))
        .setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

const ignoreMissing = (error: unknown): undefined => {
  if (!isMissing(error)) throw error;
};

/**
 * `decodeURIComponent` reverses it. Lower case alone, as many file systems take `A` and `a` for the same; no dots, which lead
 * elsewhere (`..`), mark drafts, or are dropped at the end (Windows).
 */
const fileName = (key: string): string =>
  encodeURIComponent(key).replaceAll(
    /(%..)|[^a-z0-9_-]/g,
    (character, encoded?: string) =>
      encoded ?? `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );

/** To be read by people, and one namespace's alone. */
function folderName(namespace: string): string {
  const readable = namespace.replaceAll(/%[0-9A-F]{2}|[^A-Za-z0-9.-]+/g, '_').slice(0, 80);
  return `${readable}-${createHash('sha256').update(namespace).digest('hex').slice(0, 12)}`;
}
