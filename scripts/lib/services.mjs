import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { childEnvironment, root } from './paths.mjs';
import { dim, SetupError, say } from './say.mjs';

/** The port bound on one loopback address, or undefined when somebody has it. */
const probe = (host, port) =>
  new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has nobody listening there either.
    server.once('error', ({ code }) => resolve(code === 'EADDRINUSE' || code === 'EACCES' ? undefined : port));
    server.listen({ port, host }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });

/** Both addresses of `localhost` count: a browser may reach whoever listens on the other one. */
const probeBoth = async (port) => {
  const bound = await probe('127.0.0.1', port);
  return bound === undefined ? undefined : probe('::1', bound);
};

/** `wanted` when nobody listens there, else any free port of the loopback interface. */
export async function freePort(wanted) {
  for (const port of [wanted, 0, 0, 0, 0]) {
    const free = await probeBoth(port);
    if (free !== undefined) return free;
  }
  throw new SetupError('No free port was found on the loopback interface.');
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
