import type { Platform, Storage } from '../platform/platform.ts';
import type { Transaction } from '../protocol/authorize.ts';

const RECORD = 'login.';
/** A person may leave a login page open over lunch, not over night. */
const LIFETIME_MS = 60 * 60 * 1000;
const MOST = 20;

/** Logins under way, each under its own `state`: any number at once, each finished at most once. */
export class Transactions {
  readonly #storage: Storage;
  readonly #platform: Platform;
  readonly #namespace: string;
  #clears = 0;

  constructor(platform: Platform, namespace: string) {
    this.#platform = platform;
    this.#namespace = namespace;
    this.#storage = platform.transactions({ namespace });
  }

  /** Stores a login, unless there was a sign-out since `clears`. It takes the place of any that waits (`unanswered`). */
  async put(transaction: Transaction, clears = this.#clears): Promise<void> {
    await this.#dropUnanswered();
    const others = await this.#all();
    const excess = others.sort((a, b) => b.createdAt - a.createdAt).slice(MOST - 1);
    for (const { state } of excess) await this.remove(state);
    if (clears === this.#clears) await this.#storage.set(RECORD + transaction.state, JSON.stringify(transaction));
  }

  /** Sign-outs so far. */
  get clears(): number {
    return this.#clears;
  }

  /** The callback of a login whose token request no server has answered. */
  async unanswered(): Promise<string | undefined> {
    return (await this.#all()).find(({ callback }) => callback)?.callback;
  }

  /** After a sign-out elsewhere: a login may be on screen here at this moment, and goes on; one that waits is a leftover. */
  async forgetUnanswered(): Promise<void> {
    this.#clears++;
    await this.#dropUnanswered();
  }

  async #dropUnanswered(): Promise<void> {
    for (const { state, callback } of await this.#all()) if (callback) await this.remove(state);
  }

  async has(state: string): Promise<boolean> {
    return (await this.#read(RECORD + state)) !== undefined;
  }

  /** The transaction, which is then gone: of several that ask at once, one gets it. */
  take(state: string): Promise<Transaction | undefined> {
    return this.#platform.mutex.run(`${this.#namespace}/${RECORD}${state}`, { waitMs: 5000 }, async () => {
      const transaction = await this.#read(RECORD + state);
      await this.remove(state);
      return transaction;
    });
  }

  async remove(state: string): Promise<void> {
    await this.#storage.delete(RECORD + state);
  }

  async clear(): Promise<void> {
    this.#clears++;
    for (const key of await this.#storage.keys()) if (key.startsWith(RECORD)) await this.#storage.delete(key);
  }

  async #all(): Promise<Transaction[]> {
    const found: Transaction[] = [];
    for (const key of await this.#storage.keys()) {
      if (!key.startsWith(RECORD)) continue;
      const transaction = await this.#read(key);
      if (transaction) found.push(transaction);
      else await this.#storage.delete(key);
    }
    return found;
  }

  async #read(key: string): Promise<Transaction | undefined> {
    try {
      const transaction = JSON.parse((await this.#storage.get(key)) ?? '') as Transaction;
      const age = this.#platform.clock.now() - transaction.createdAt;
      return transaction.v === 1 && RECORD + transaction.state === key && age < LIFETIME_MS ? transaction : undefined;
    } catch {
      return undefined;
    }
  }
}
