import { AuthError } from '../../errors/auth-error.ts';

/** One database for all clients of an origin; the records of a client start with its namespace. */
const DATABASE = 'postern';
const VERSION = 1;
/** It opens in milliseconds; a machine may be busy. */
const OPEN_MS = 3000;
const STORES = ['records', 'writes', 'keys'] as const;

export type StoreName = (typeof STORES)[number];

let connection: Promise<IDBDatabase> | undefined;

/**
 * Runs `work` in one transaction and resolves with its request's result once the transaction is durable. Fails with
 * `STORE_FAILED` where IndexedDB is absent, refused (private modes) or full; the browser's own error is the `cause`.
 */
export async function inStore<T>(
  name: StoreName,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const attempt = async () => run(await connect(), name, mode, work);
  try {
    return await attempt().catch((error: unknown) => {
      // The browser may close a connection at any time (storage cleared, disk trouble, upgrade elsewhere); iOS loses it, by
      // another name, in an app that was in the background.
      if (!isNamed(error, 'InvalidStateError') && !isNamed(error, 'UnknownError')) throw error;
      connection = undefined;
      return attempt();
    });
  } catch (error) {
    throw storeFailed(error);
  }
}

export function storeFailed(cause: unknown): AuthError {
  const why = isNamed(cause, 'QuotaExceededError')
    ? 'The browser has no room left for this site: free some, and try again.'
    : "The browser refused access to its storage: let this site keep data, or use cacheLocation: 'memory'.";
  return new AuthError('StoreFailed', why, { code: 'STORE_FAILED', cause });
}

/** A `DOMException` of that name; by name, because frames and test environments have classes of their own. */
export function isNamed(error: unknown, name: string): boolean {
  return (error as Error | undefined)?.name === name;
}

function connect(): Promise<IDBDatabase> {
  connection ??= openInTurn().catch((error: unknown) => {
    connection = undefined;
    throw error;
  });
  return connection;
}

/**
 * A page that is left before its database is there may be kept for the Back button, frozen, with the database half made, and
 * every later page would wait for it. Whoever opens it holds a lock: a kept page that stands in the way of a lock is dropped.
 */
function openInTurn(): Promise<IDBDatabase> {
  // Absent in some test environments.
  return navigator.locks ? navigator.locks.request('postern/opening', open) : open();
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    // A page that is left while it makes the database may be kept for the Back button with the database half made, and
    // every later page would wait for it: it gives up, and no page waits for ever.
    const giveUp = () => request.transaction?.abort();
    window.addEventListener('pagehide', giveUp);
    const settled = () => {
      clearTimeout(timer);
      window.removeEventListener('pagehide', giveUp);
    };
    const timer = setTimeout(() => reject(new Error('The database did not open in time.')), OPEN_MS);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store);
    };
    request.onsuccess = () => {
      settled();
      const database = request.result;
      const forget = () => {
        connection = undefined;
      };
      // Lets another tab with a newer version of this package upgrade, or the site's data be deleted.
      database.onversionchange = () => {
        database.close();
        forget();
      };
      database.onclose = forget;
      resolve(database);
    };
    request.onerror = () => {
      settled();
      reject(request.error);
    };
    request.onblocked = () => reject(new Error('Another tab keeps an older database open.'));
  });
}

function run<T>(
  database: IDBDatabase,
  name: StoreName,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode);
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? request.error);
    transaction.onerror = () => reject(transaction.error ?? request.error);
  });
}
