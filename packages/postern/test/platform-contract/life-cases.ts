import type { ChannelMessage } from '../../src/platform/platform.ts';
import { eventually, expectEqual, expectThat, sleep } from './check.ts';
import type { Case } from './contract.ts';

const changed: ChannelMessage = { type: 'credentials' };

/** Channel, randomness, time, and the life of the app. */
export const lifeCases: readonly Case[] = [
  {
    port: 'channel',
    name: 'tells the others and not oneself, where there are others',
    run: async (scene) => {
      const [one, two] = [scene.open().channel(scene.name), scene.open().channel(scene.name)];
      const elsewhere = scene.open().channel(`${scene.name}/2`);
      const heard: string[] = [];
      one.listen(({ type }) => heard.push(`one: ${type}`));
      const stop = two.listen(({ type }) => heard.push(`two: ${type}`));
      elsewhere.listen(({ type }) => heard.push(`elsewhere: ${type}`));
      one.post(changed);
      if (scene.hasChannel) await eventually('the other heard it', () => heard.length > 0);
      stop();
      one.post(changed);
      await sleep(50);
      expectEqual(heard, scene.hasChannel ? ['two: credentials'] : [], 'who heard what');
      for (const channel of [one, two, elsewhere]) channel.close();
    },
  },
  {
    port: 'channel',
    name: 'that was closed hears nothing, and stopping to listen twice does no harm',
    run: async (scene) => {
      const [one, two] = [scene.open().channel(scene.name), scene.open().channel(scene.name)];
      const heard: string[] = [];
      const stop = two.listen(({ type }) => heard.push(type));
      two.close();
      stop();
      stop();
      one.post(changed);
      await sleep(50);
      expectEqual(heard, [], 'what was heard');
      one.close();
    },
  },
  {
    port: 'random',
    name: 'gives as many bytes as asked for, of all values, and never the same',
    run: async (scene) => {
      const { random } = scene.open();
      for (const length of [1, 16, 32, 257, 4096]) {
        const bytes = random.bytes(length);
        expectThat(bytes instanceof Uint8Array, 'it is a Uint8Array');
        expectEqual(bytes.length, length, 'the length');
      }
      const drawn = Array.from({ length: 500 }, () => random.bytes(32).join());
      expectEqual(new Set(drawn).size, drawn.length, 'different draws');
      expectEqual(new Set(random.bytes(16_384)).size, 256, 'different values among many bytes');
    },
  },
  {
    port: 'clock',
    name: 'tells the time, in milliseconds, and its timers wait for it',
    run: async (scene) => {
      const { clock } = scene.open();
      const [before, now, after] = [Date.now(), clock.now(), Date.now()];
      expectThat(before - 1000 < now && now < after + 1000, 'it is the time of day');
      const begun = performance.now();
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 40));
      // Timers and clocks round for themselves.
      expectThat(performance.now() - begun >= 38, 'the timer was not early');
    },
  },
  {
    port: 'clock',
    name: 'a timer that was stopped does not fire, and stopping one that is over does no harm',
    run: async (scene) => {
      const { clock } = scene.open();
      let fired = 0;
      const stopped = clock.setTimeout(() => fired++, 20);
      clock.clearTimeout(stopped);
      const over = await new Promise((resolve) => {
        const handle = clock.setTimeout(() => resolve(handle), 1);
      });
      for (const handle of [stopped, over, undefined]) clock.clearTimeout(handle);
      await sleep(60);
      expectEqual(fired, 0, 'how often it fired');
    },
  },
  {
    port: 'clock',
    name: 'a timer of 30 days, which is more than 32 bits, does not fire at once',
    run: async (scene) => {
      const { clock } = scene.open();
      let hasFired = false;
      const handle = clock.setTimeout(() => {
        hasFired = true;
      }, 30 * 86_400_000);
      await sleep(60);
      clock.clearTimeout(handle);
      expectEqual(hasFired, false, 'whether it fired');
    },
  },
  {
    port: 'lifecycle',
    name: 'says whether there is a network, and lets go of whoever listened',
    run: async (scene) => {
      const { lifecycle } = scene.open();
      expectEqual(lifecycle.isOnline(), true, 'online');
      const stop = lifecycle.onWake(() => undefined);
      stop();
      stop();
    },
  },
  {
    port: 'lifecycle',
    name: 'knows the address of the app, where it has one, and changes it without leaving',
    run: async (scene) => {
      const { lifecycle } = scene.open();
      const url = lifecycle.currentUrl();
      if (!scene.hasUrl) {
        expectEqual(url, undefined, 'the address of an app that was not opened by one');
        lifecycle.replaceUrl('http://127.0.0.1/nowhere');
        return;
      }
      const cleaned = new URL('/cleaned?x=1#part', url).href;
      lifecycle.replaceUrl(cleaned);
      expectEqual(lifecycle.currentUrl(), cleaned, 'the address');
    },
  },
];
