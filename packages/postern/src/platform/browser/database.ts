import { AuthError } from '../../errors/auth-error.ts';

/** One database for all clients of an origin; the records of a client start with its namespace. */
const DATABASE = 'postern';
const VERSION = 1;
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
      // The browser may close a connection at any time (storage cleared, disk trouble, upgrade elsewhere).
      if (!isNamed(error, 'InvalidStateError')) throw error;
      connection = undefined;
      return attempt();
    });
  } catch (error) {
    throw storeFailed(error);
  }
}

export function storeFailed(cause: unknown): AuthError {
  const why = isNamed(cause, 'QuotaExceededError')
    ? 'The browser has no room left for this site.'
    : 'The browser refused access to its storage.';
  return new AuthError('StoreFailed', why, { code: 'STORE_FAILED', cause });
}

/** A `DOMException` of that name; by name, because frames and test environments have classes of their own. */
export function isNamed(error: unknown, name: string): boolean {
  return (error as Error | undefined)?.name === name;
}

function connect(): Promise<IDBDatabase> {
  connection ??= awake(open).catch((error: unknown) => {
    connection = undefined;
    throw error;
  });
  return connection;
}

/**
 * A page that is left while it makes the database goes to the back-forward cache with the database half made, and every
 * later page waits for it. A page that holds a lock is not kept there.
 */
async function awake<T>(work: () => Promise<T>): Promise<T> {
  return globalThis.navigator?.locks?.request(`${DATABASE}/open`, { mode: 'shared' }, work) ?? work();
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store);
    };
    request.onsuccess = () => {
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
    request.onerror = () => reject(request.error);
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
