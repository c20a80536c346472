import { randomUUID } from 'node:crypto';
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MutexTimeoutError } from '../platform.ts';
import { isMissing, makePrivateFolder } from './replace-file.ts';

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

/** The owner says so often that it is alive, for those who cannot see its process. */
const HEARTBEAT_MS = 2000;
/** No sign of life for this long, by the watcher's own watch: the owner is gone, or its number is another process's now. */
const SILENCE_MS = 15_000;
const LOOK_MS = 20;

/**
 * Runs `work` while holding a file that only one process can create. An owner that was killed is found by its process
 * number and replaced at once.
 *
 * @throws MutexTimeoutError after `waitMs`.
 */
export async function withLockFile<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const token = await take(path, waitMs);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    // Taken for dead, we may have lost it: what lies there then is another's.
    if ((await read(path))?.owner.token === token) await rm(path, { force: true });
  }
}

async function take(path: string, waitMs: number): Promise<string> {
  const owner: Owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  const deadline = performance.now() + waitMs;
  await makePrivateFolder(dirname(path));
  let seen: { token: string; beat: number; since: number } | undefined;
  for (;;) {
    if (await create(path, JSON.stringify(owner))) return owner.token;
    const held = await read(path);
    let isFree = false;
    if (held) {
      const { token } = held.owner;
      if (seen?.token !== token || seen.beat !== held.beat) seen = { token, beat: held.beat, since: performance.now() };
      const isSilent = performance.now() - seen.since > SILENCE_MS;
      isFree = (isSilent || isDead(held.owner)) && (await remove(path, token));
    }
    if (!isFree && performance.now() >= deadline) {
      const reason = held ? `was held by process ${held.owner.pid}` : 'could not be made';
      throw new MutexTimeoutError(`"${path}" ${reason} for more than ${waitMs} ms.`);
    }
    await sleep(LOOK_MS * (0.5 + Math.random()));
  }
}

/** Only one of several that find the same dead owner removes its file, and never that of a new owner. */
async function remove(path: string, token: string): Promise<boolean> {
  const guard = `${path}.removal`;
  if (!(await create(guard, ''))) {
    const age = await stat(guard).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    // Held over two calls to the system: whoever made it was killed between them.
    if (age > SILENCE_MS) await rm(guard, { force: true });
    return false;
  }
  try {
    if ((await read(path))?.owner.token !== token) return false;
    await rm(path, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(content);
    } catch (error) {
      // No space left, say: whoever comes next would wait for an owner there is not.
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    // Windows says EPERM of a file that is just being removed.
    if (['EEXIST', 'EPERM', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function read(path: string): Promise<{ owner: Owner; beat: number } | undefined> {
  try {
    const [text, { mtimeMs: beat }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { owner: parse(text), beat };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Just created and not yet written, or never finished: nobody's, until it has been silent for long. */
function parse(text: string): Owner {
  try {
    const { pid, host, token } = JSON.parse(text) as Partial<Owner>;
    if (Number.isInteger(pid) && Number(pid) > 0 && typeof host === 'string' && typeof token === 'string')
      return { pid: Number(pid), host, token };
  } catch {}
  return { pid: 0, host: '', token: '' };
}

function isDead({ pid, host }: Owner): boolean {
  // Another machine on the same home folder, or a container: its processes are not to be seen from here.
  if (pid === 0 || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
