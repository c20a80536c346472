import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openChannel } from '../../src/platform/browser/channel.ts';
import { createMutex } from '../../src/platform/browser/mutex.ts';
import { MutexTimeoutError } from '../../src/platform/platform.ts';

/** Sandboxed frames, and browsers that let a site keep nothing, refuse what is there; old web views lack it. */

afterEach(() => vi.unstubAllGlobals());

describe('Web Locks that the browser refuses', () => {
  beforeEach(() => {
    const refuse = () => Promise.reject(new DOMException('Access to the Locks API is denied.', 'SecurityError'));
    vi.stubGlobal('navigator', { locks: { request: refuse } });
  });

  it('leave one holder per page, who waits for his turn and gives up in time', async () => {
    const mutex = createMutex();
    let finish = () => {};
    const order: string[] = [];
    const first = mutex.run('n', { waitMs: 1000 }, () => new Promise<void>((resolve) => (finish = resolve)));
    const second = mutex.run('n', { waitMs: 1000 }, async () => order.push('second'));
    await expect(mutex.run('n', { waitMs: 10 }, async () => order.push('late'))).rejects.toBeInstanceOf(
      MutexTimeoutError,
    );
    finish();
    await Promise.all([first, second]);
    expect(order).toEqual(['second']);
  });

  it('work that fails by a SecurityError of its own is not done twice', async () => {
    vi.stubGlobal('navigator', { locks: { request: async (_: string, __: object, work: () => unknown) => work() } });
    const work = vi.fn(() => Promise.reject(new DOMException('the work’s own', 'SecurityError')));
    await expect(createMutex().run('n', { waitMs: 100 }, work)).rejects.toMatchObject({ message: 'the work’s own' });
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('any other fault of theirs is passed on', async () => {
    const broken = () => Promise.reject(new DOMException('The document is not fully active.', 'InvalidStateError'));
    vi.stubGlobal('navigator', { locks: { request: broken } });
    const work = vi.fn(async () => undefined);
    await expect(createMutex().run('n', { waitMs: 100 }, work)).rejects.toMatchObject({ name: 'InvalidStateError' });
    expect(work).not.toHaveBeenCalled();
  });
});

it('a BroadcastChannel that the browser refuses is a silent one', () => {
  vi.stubGlobal('window', {});
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      constructor() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      }
    },
  );
  expect(openChannel('n').isSilent).toBe(true);
});
