import { type Mutex, MutexTimeoutError } from '../platform.ts';
import { hasIndexedDb, inStore, isNamed } from './database.ts';

/** A holder that died frees its lease after this long; a live one renews it three times in that span. */
const LEASE_MS = 6000;
const POLL_MS = 50;

/**
 * One holder per name across the tabs of an origin. Web Locks where they exist: the browser frees the lock of a tab that
 * dies. Elsewhere (Safari before 15.4, insecure contexts) a lease in IndexedDB, whose read-write transactions are the only
 * atomic step that all tabs share; `localStorage` has none. Without either, one holder per page.
 */
export function createMutex(): Mutex {
  return {
    run: (name, options, work) => {
      if (typeof navigator !== 'undefined' && navigator.locks !== undefined)
        return withWebLock(name, options.waitMs, work);
      return withPageLock(name, options.waitMs, (leftMs) => (hasIndexedDb() ? withLease(name, leftMs, work) : work()));
    },
  };
}

async function withWebLock<T>(name: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const waiting = new AbortController();
  let held = false;
  const timer = setTimeout(() => waiting.abort(), waitMs);
  try {
    return await navigator.locks.request(name, { signal: waiting.signal }, () => {
      held = true;
      clearTimeout(timer);
      return work();
    });
  } catch (error) {
    if (!held && isNamed(error, 'AbortError')) throw timedOut(name, waitMs);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const queues = new Map<string, Promise<unknown>>();

/** First come, first served within this page; what is left of the wait goes to `work`. */
async function withPageLock<T>(name: string, waitMs: number, work: (leftMs: number) => Promise<T>): Promise<T> {
  const deadline = Date.now() + waitMs;
  const before = queues.get(name) ?? Promise.resolve();
  let release = () => {};
  const mine = new Promise<void>((resolve) => {
    release = resolve;
  });
  const tail = before.then(() => mine);
  queues.set(name, tail);
  try {
    if (!(await settledWithin(before, waitMs))) throw timedOut(name, waitMs);
    return await work(Math.max(0, deadline - Date.now()));
  } finally {
    release();
    if (queues.get(name) === tail) queues.delete(name);
  }
}

function settledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    promise.finally(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

interface Lease {
  readonly owner: string;
  readonly until: number;
}

async function withLease<T>(name: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const owner = crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4))).join('-');
  const deadline = Date.now() + waitMs;
  while (!(await claimLease(name, owner))) {
    if (Date.now() >= deadline) throw timedOut(name, waitMs);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const renewal = setInterval(() => void claimLease(name, owner).catch(() => undefined), LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await releaseLease(name, owner).catch(() => undefined);
  }
}

/** Takes a lease that is free, run out or already ours, in one transaction. */
async function claimLease(name: string, owner: string): Promise<boolean> {
  let claimed = false;
  await inStore('leases', 'readwrite', (store) => {
    const reading: IDBRequest<Lease | undefined> = store.get(name);
    reading.onsuccess = () => {
      const lease = reading.result;
      if (lease !== undefined && lease.owner !== owner && lease.until > Date.now()) return;
      claimed = true;
      store.put({ owner, until: Date.now() + LEASE_MS } satisfies Lease, name);
    };
    return reading;
  });
  return claimed;
}

async function releaseLease(name: string, owner: string): Promise<void> {
  await inStore('leases', 'readwrite', (store) => {
    const reading: IDBRequest<Lease | undefined> = store.get(name);
    reading.onsuccess = () => {
      if (reading.result?.owner === owner) store.delete(name);
    };
    return reading;
  });
}

function timedOut(name: string, waitMs: number): MutexTimeoutError {
  return new MutexTimeoutError(`"${name}" was held by another tab or call for more than ${waitMs} ms.`);
}
