import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { withLockFile } from './lock-file.ts';

/** Locks that hold among all processes of this user. */
export function createSharedLock(directory: string) {
  return <T>(name: string, waitMs: number, work: () => Promise<T>): Promise<T> => {
    const file = createHash('sha256').update(name).digest('hex').slice(0, 32);
    return withLockFile(join(directory, 'locks', file), waitMs, work);
  };
}
