import { inStore } from './database.ts';
import { fingerprint } from './digest.ts';

/**
 * Chromium keeps a copy of `localStorage` in each process and tells the others of a write later: a tab that has just been
 * given a lock may still read what its previous holder replaced, and would spend a refresh token twice. IndexedDB has one
 * truth for all tabs, so each write leaves its digest there, and a read that disagrees with a recent digest waits until
 * the write has arrived.
 */
const RECENT_MS = 10_000;
/** A write takes milliseconds to arrive. One that still has not was undone by something else: the app, or the person. */
const ARRIVAL_MS = 1000;
/** Its event may have fired just before we listened. */
const LOOK_MS = 50;

interface Write {
  /** Null: the record was deleted. */
  readonly digest: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Without IndexedDB nothing is noted, and reads are as good as the browser's own. */
export async function noteWrite(name: string, value: string | undefined): Promise<void> {
  try {
    const write: Write = { digest: await digest(value), at: Date.now() };
    await inStore('writes', 'readwrite', (store) => {
      forgetOld(store);
      return store.put(write, name);
    });
  } catch {
    // The write itself has succeeded.
  }
}

export async function readInStep(name: string, read: () => Promise<string | undefined>): Promise<string | undefined> {
  // By a watch that nobody sets.
  const deadline = performance.now() + ARRIVAL_MS;
  for (;;) {
    const value = await read();
    const write = await lastWrite(name);
    const isInStep = write === undefined || write.digest === (await digest(value));
    const leftMs = deadline - performance.now();
    if (isInStep || leftMs <= 0) return value;
    await nextStorageEvent(Math.min(leftMs, LOOK_MS));
  }
}

async function lastWrite(name: string): Promise<Write | undefined> {
  try {
    const write: Write | undefined = await inStore('writes', 'readonly', (store) => store.get(name));
    return write !== undefined && isRecent(write) ? write : undefined;
  } catch {
    return undefined;
  }
}

function forgetOld(store: IDBObjectStore): void {
  const walk = store.openCursor();
  walk.onsuccess = () => {
    const cursor = walk.result;
    if (cursor === null) return;
    if (!isRecent(cursor.value)) cursor.delete();
    cursor.continue();
  };
}

/** Resolves when another tab's write has arrived here, or after `ms`. */
function nextStorageEvent(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      window.removeEventListener('storage', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    window.addEventListener('storage', finish);
  });
}

/** A clock may have been put back since. */
const isRecent = ({ at }: Write) => Math.abs(Date.now() - at) < RECENT_MS;

const digest = (value: string | undefined) => (value === undefined ? null : fingerprint(value));
