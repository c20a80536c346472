import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { audience, clientId, createNodeWorld, type NodeWorld } from '../support/node-world.ts';

const program = fileURLToPath(new URL('./programs/ask.ts', import.meta.url));
/** Past the end of the access token. In milliseconds. */
const ahead = 86_400_000 + 1000;

let world: NodeWorld;
const children = new Set<ChildProcessWithoutNullStreams>();
beforeEach(async () => {
  world = await createNodeWorld();
  for (const [name, value] of Object.entries(await world.browserEnv())) vi.stubEnv(name, value);
  await world.open().webAuth.authorize();
  world.tenant.control.clock.advance(ahead);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const child of children) child.kill('SIGKILL');
  await world.close();
});

/** A process, and its lines as they come. */
async function start(hangs = false) {
  const { origin: domain, directory } = world;
  const child = spawn(process.execPath, [
    program,
    JSON.stringify({ domain, clientId, audience, directory, ahead, hangs }),
  ]);
  children.add(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const said = (pattern: RegExp) =>
    vi.waitFor(
      () => {
        const found = pattern.exec(output);
        if (!found) throw new Error(`Nothing like ${pattern} in: ${output}${errors}`);
        return found[0];
      },
      { timeout: 15_000, interval: 20 },
    );
  await said(/ready/);
  return {
    child,
    said,
    ask: async () => {
      child.stdin.write('go\n');
      return JSON.parse(await said(/\{.*\}/)) as { accessToken?: string; code?: string };
    },
  };
}

it('eight processes that ask at the end of a token make one refresh, and all get its token', {
  timeout: 60_000,
}, async () => {
  const before = await world.issued();
  const processes = await Promise.all(Array.from({ length: 8 }, () => start()));
  const answers = await Promise.all(processes.map(({ ask }) => ask()));
  expect(answers.every(({ accessToken }) => accessToken)).toBe(true);
  expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1);
  expect((await world.issued()) - before).toBe(1);
});

it('killed between refresh and save, the next process takes over its lock and signs nobody out', {
  timeout: 60_000,
}, async () => {
  const before = await world.issued();
  const doomed = await start(true);
  doomed.child.stdin.write('go\n');
  await doomed.said(/about to save/);
  expect((await world.issued()) - before).toBe(1);
  doomed.child.kill('SIGKILL');
  await once(doomed.child, 'exit');
  const since = performance.now();
  const answer = await (await start()).ask();
  expect(answer.accessToken).toBeTruthy();
  expect(performance.now() - since).toBeLessThan(10_000);
});

it('a process that holds the lock is waited for', { timeout: 60_000 }, async () => {
  const holder = await start(true);
  holder.child.stdin.write('go\n');
  await holder.said(/about to save/);
  const next = await start();
  const answer = next.ask();
  const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 1500, 'waiting'))]);
  expect(first).toBe('waiting');
  holder.child.kill('SIGKILL');
  expect((await answer).accessToken).toBeTruthy();
});
