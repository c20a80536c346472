import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { createHttpClient } from './http-client.ts';

export interface Running {
  readonly pid: number;
  readonly origin: string;
  /** From the start of the process to its first 200 for the discovery document, in milliseconds. */
  readonly readyAfter: number;
  /** What the process said in JSON on its first line. */
  readonly said: Record<string, unknown>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (!address || typeof address === 'string') throw new Error('No port');
  return address.port;
}

async function waitUntilAnswers(url: string, deadline: number): Promise<void> {
  const client = createHttpClient(1);
  try {
    while (performance.now() < deadline) {
      const response = await client.fetch(url).catch(() => undefined);
      if (response?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  } finally {
    client.close();
  }
  throw new Error(`${url} did not answer`);
}

/** Starts a server process and waits for its first answer. */
export async function startProcess(
  args: readonly string[],
  { port, secure = false, env = {} }: { port: number; secure?: boolean; env?: Record<string, string> },
): Promise<Running> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    env: { ...process.env, ...env, PORT: String(port), NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const exited = once(child, 'exit');
  const firstLine = new Promise<Record<string, unknown>>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as Record<string, unknown>);
    });
  });
  const died = exited.then(([code]) => {
    throw new Error(`${args[0]} ended with ${code}: ${complaints}`);
  });
  died.catch(() => undefined);
  const origin = `${secure ? 'https' : 'http'}://127.0.0.1:${port}`;
  await Promise.race([waitUntilAnswers(`${origin}/.well-known/openid-configuration`, started + 20_000), died]);
  const readyAfter = performance.now() - started;
  const said = await Promise.race([firstLine, died]);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${args[0]} has no process`);
  return {
    pid,
    origin,
    readyAfter,
    said,
    stop: async () => {
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await exited;
      clearTimeout(insist);
    },
  };
}

/** Resident memory of a process, in megabytes. */
export async function residentMemory(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) / 1024;
}
