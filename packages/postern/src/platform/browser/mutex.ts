import { createInProcessMutex } from '../mutex.ts';
import { type Mutex, MutexTimeoutError } from '../platform.ts';
import { isNamed } from './database.ts';

/**
 * One holder per name across the tabs of an origin, by Web Locks: the browser itself frees the lock of a tab that dies.
 * Every browser that can run this package has them, in secure contexts, outside of which WebCrypto is missing too and
 * nobody can sign in. Where they are absent all the same (some test environments) or refused (a sandboxed frame, a browser
 * that lets the site keep nothing), no storage is shared either, and there is one holder per page.
 */
export function createMutex(): Mutex {
  return {
    run: (name, options, work) =>
      globalThis.navigator?.locks ? withWebLock(name, options, work) : perPage.run(name, options, work),
  };
}

const perPage = createInProcessMutex(globalThis);

async function withWebLock<T>(name: string, options: { waitMs: number }, work: () => Promise<T>): Promise<T> {
  const { waitMs } = options;
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
    if (!held && isNamed(error, 'SecurityError')) return perPage.run(name, options, work);
    if (!held && isNamed(error, 'AbortError'))
      throw new MutexTimeoutError(`"${name}" was not free within ${waitMs} ms.`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
