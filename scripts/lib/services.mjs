import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { childEnvironment, root } from './paths.mjs';
import { dim, SetupError, say } from './say.mjs';

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1' }, () => {
      const taken = probe.address();
      probe.close(() => resolve(typeof taken === 'object' && taken ? taken.port : undefined));
    });
  });

/** `wanted` when nobody listens there, else any free port of the loopback interface. */
export async function freePort(wanted) {
  return (await isFree(wanted)) ?? (await isFree(0));
}

/**
 * Long-running children that live and die together: when one ends by itself, all end, and so they do on Ctrl-C.
 */
export class Services {
  #children = new Map();
  #isStopping = false;
  #onUnexpectedEnd;

  constructor({ onUnexpectedEnd }) {
    this.#onUnexpectedEnd = onUnexpectedEnd;
  }

  /**
   * Starts a child. What it prints is passed on, marked with its name, except a line that is a JSON object with
   * `ready: true`.
   *
   * @returns {{ ready: Promise<Record<string, unknown>> }} `ready` is that object
   */
  start(name, command, args, { cwd = root, env = {} } = {}) {
    const child = spawn(command, args, {
      cwd,
      env: childEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own process group: a Ctrl-C in the terminal reaches only this script, which then ends the children in order.
      detached: process.platform !== 'win32',
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    this.#children.set(name, { child, ended });

    const ready = new Promise((resolve, reject) => {
      const show = (line) => {
        const message = line.startsWith('{') ? readyMessage(line) : undefined;
        if (message) resolve(message);
        else if (line.trim()) say(dim(`[${name}] ${line}`));
      };
      createInterface({ input: child.stdout }).on('line', show);
      createInterface({ input: child.stderr }).on('line', show);
      child.once('error', (error) => reject(new SetupError(`${name} could not be started: ${error.message}`)));
      child.once('close', (code) => {
        reject(new SetupError(`${name} ended with code ${code}; what it said is above.`));
        if (!this.#isStopping) this.#onUnexpectedEnd(name, code);
      });
    });
    ready.catch(() => undefined);
    return { ready };
  }

  /** Ends every child: asks first, insists after five seconds. */
  async stop() {
    this.#isStopping = true;
    const children = [...this.#children.values()].reverse();
    for (const { child } of children) child.kill('SIGTERM');
    const insist = setTimeout(() => {
      for (const { child } of children) child.kill('SIGKILL');
    }, 5_000);
    await Promise.all(children.map(({ ended }) => ended));
    clearTimeout(insist);
  }
}

function readyMessage(line) {
  try {
    const message = JSON.parse(line);
    return message?.ready === true ? message : undefined;
  } catch {
    return undefined;
  }
}

/** Waits until `url` answers with a success. */
export async function waitUntilAnswers(url, { timeoutMs = 60_000, headers = {} } = {}) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    if (Date.now() > deadline) throw new SetupError(`${url} did not answer within ${timeoutMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
