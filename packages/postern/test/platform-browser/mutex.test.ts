import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMutex } from '../../src/platform/browser/mutex.ts';
import { MutexTimeoutError } from '../../src/platform/platform.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** The two ways of locking; what is missing decides which one is used. */
const ways = [
  { way: 'Web Locks', without: [] },
  { way: 'one page', without: ['navigator'] },
];

describe.each(ways)('a mutex by $way', ({ way, without }) => {
  const setUp = () => {
    for (const name of without) vi.stubGlobal(name, undefined);
    return { mutex: createMutex(), name: `${way} ${crypto.randomUUID()}` };
  };

  it('lets one in at a time, in the order of asking', async () => {
    const { mutex, name } = setUp();
    const log: string[] = [];
    const visit = (who: string) =>
      mutex.run(name, { waitMs: 5000 }, async () => {
        log.push(`${who} in`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        log.push(`${who} out`);
        return who;
      });
    expect(await Promise.all([visit('a'), visit('b'), visit('c')])).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('does not wait for another name', async () => {
    const { mutex, name } = setUp();
    await mutex.run(name, { waitMs: 5000 }, () => mutex.run(`${name} 2`, { waitMs: 5000 }, async () => undefined));
  });

  it('web peers 11: gives up after waitMs with MutexTimeoutError and leaves the holder alone', async () => {
    const { mutex, name } = setUp();
    let finish = (_value: string) => {};
    const holder = mutex.run(name, { waitMs: 5000 }, () => new Promise<string>((resolve) => (finish = resolve)));
    const work = vi.fn(async () => 'never');
    await expect(mutex.run(name, { waitMs: 60 }, work)).rejects.toBeInstanceOf(MutexTimeoutError);
    expect(work).not.toHaveBeenCalled();
    finish('done');
    expect(await holder).toBe('done');
    expect(await mutex.run(name, { waitMs: 5000 }, async () => 'next')).toBe('next');
  });

  it('is free again after work that failed, and passes its error on', async () => {
    const { mutex, name } = setUp();
    const failure = new Error('work failed');
    await expect(mutex.run(name, { waitMs: 5000 }, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await mutex.run(name, { waitMs: 5000 }, async () => 'free')).toBe('free');
  });

  it('does not take an AbortError of the work for its own', async () => {
    const { mutex, name } = setUp();
    const aborted = new DOMException('stopped', 'AbortError');
    await expect(mutex.run(name, { waitMs: 5000 }, () => Promise.reject(aborted))).rejects.toBe(aborted);
  });
});
