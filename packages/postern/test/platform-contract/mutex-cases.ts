import { type Mutex, MutexTimeoutError, type Platform } from '../../src/platform/platform.ts';
import { expectEqual, expectThat, rejectionOf, sleep } from './check.ts';
import type { Case, Scene } from './contract.ts';

/** Clients that keep something, as only those have something to lock among them. */
function openKeeping(scene: Scene): Platform {
  const platform = scene.open();
  platform.storage({ location: scene.persistent[0] ?? 'memory', namespace: scene.name });
  return platform;
}

/** Holds the lock until it is told to let go. */
function hold(mutex: Mutex, name: string) {
  let letGo: () => void = () => undefined;
  let entered: () => void = () => undefined;
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const done = mutex.run(name, { waitMs: 20_000 }, () => {
    entered();
    return new Promise<string>((resolve) => {
      letGo = () => resolve('done');
    });
  });
  return { inside, done, letGo: () => letGo() };
}

export const mutexCases: readonly Case[] = [
  {
    port: 'mutex',
    name: 'lets one in at a time, of several clients, and passes on what the work gives',
    run: async (scene) => {
      const clients = [openKeeping(scene), openKeeping(scene)];
      let inside = 0;
      let most = 0;
      const visits = Array.from({ length: 8 }, (_, index) =>
        clients[index % 2]?.mutex.run(scene.name, { waitMs: 20_000 }, async () => {
          most = Math.max(most, ++inside);
          await sleep(5);
          inside--;
          return index;
        }),
      );
      expectEqual(await Promise.all(visits), [0, 1, 2, 3, 4, 5, 6, 7], 'the results');
      expectEqual(most, 1, 'how many were inside at once');
    },
  },
  {
    port: 'mutex',
    name: 'gives up after waitMs with MutexTimeoutError, without the work, and leaves the holder alone',
    run: async (scene) => {
      const [one, two] = [openKeeping(scene), openKeeping(scene)];
      const holder = hold(one.mutex, scene.name);
      await holder.inside;
      for (const { mutex } of [one, two]) {
        let hasRun = false;
        const begun = performance.now();
        const waited = mutex.run(scene.name, { waitMs: 80 }, async () => {
          hasRun = true;
        });
        const error = await rejectionOf(waited);
        expectThat(error instanceof MutexTimeoutError, `it is a MutexTimeoutError, not ${error.name}`);
        expectThat(performance.now() - begun >= 70, 'it did wait');
        expectEqual(hasRun, false, 'whether the work was begun');
      }
      holder.letGo();
      expectEqual(await holder.done, 'done', 'the holder');
      expectEqual(await two.mutex.run(scene.name, { waitMs: 5000 }, async () => 'next'), 'next', 'the next');
    },
  },
  {
    port: 'mutex',
    name: 'work that takes longer than waitMs is not interrupted',
    run: async (scene) => {
      const { mutex } = openKeeping(scene);
      const workFor = (ms: number) => async () => {
        await sleep(ms);
        return 'whole';
      };
      const runFor = (waitMs: number) => mutex.run(scene.name, { waitMs }, workFor(waitMs * 5));
      // A machine with much else to do may need longer than that to give a lock that is free.
      const isSlow = (error: unknown) => error instanceof MutexTimeoutError;
      const result = await runFor(30).catch((error) => (isSlow(error) ? runFor(2000) : Promise.reject(error)));
      expectEqual(result, 'whole', 'the result');
    },
  },
  {
    port: 'mutex',
    name: 'is free again after work that failed, whose error is passed on as it is',
    run: async (scene) => {
      const [one, two] = [openKeeping(scene), openKeeping(scene)];
      const failure = new Error('the work failed');
      const failed = one.mutex.run(scene.name, { waitMs: 5000 }, () => Promise.reject(failure));
      expectThat((await rejectionOf(failed)) === failure, 'it is the very error');
      const thrown = one.mutex.run(scene.name, { waitMs: 5000 }, () => {
        throw failure;
      });
      expectThat((await rejectionOf(thrown)) === failure, 'thrown or rejected makes no difference');
      expectEqual(await two.mutex.run(scene.name, { waitMs: 5000 }, async () => 'free'), 'free', 'the next');
    },
  },
  {
    port: 'mutex',
    name: 'one name does not wait for another',
    run: async (scene) => {
      const { mutex } = openKeeping(scene);
      const inner = () => mutex.run(`${scene.name}/2`, { waitMs: 10_000 }, async () => 'inner');
      expectEqual(await mutex.run(scene.name, { waitMs: 10_000 }, inner), 'inner', 'the result');
    },
  },
  {
    port: 'mutex',
    name: 'goes to somebody who waits once it is free, and not before',
    run: async (scene) => {
      const [one, two] = [openKeeping(scene), openKeeping(scene)];
      const holder = hold(one.mutex, scene.name);
      await holder.inside;
      let isIn = false;
      const next = two.mutex.run(scene.name, { waitMs: 10_000 }, async () => {
        isIn = true;
      });
      await sleep(50);
      expectEqual(isIn, false, 'whether the next was in before');
      holder.letGo();
      await next;
      await holder.done;
    },
  },
];
