import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { bundleTenant } from './bundle-tenant.ts';

export interface BuiltCli {
  /** Starts `postern-tenant` with these arguments. */
  start(args: readonly string[], options?: { cwd?: string }): RunningCli;
  /** Ends what is still running and removes the build. */
  remove(): Promise<void>;
}

export interface RunningCli {
  /** Resolves with all standard output once it holds a match; rejects when the process ends before. */
  output(pattern: RegExp): Promise<string>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Sends a signal, if one is named, and resolves with how the process ended. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** The command as it is published, made from the sources at hand. */
export async function buildCli(): Promise<BuiltCli> {
  const outDir = await bundleTenant('cli-test');
  const running = new Set<ChildProcess>();
  return {
    start(args, { cwd } = {}) {
      const child = spawn(process.execPath, [`${outDir}/cli.js`, ...args], { stdio: ['ignore', 'pipe', 'pipe'], cwd });
      running.add(child);
      child.once('exit', () => running.delete(child));
      return follow(child);
    },
    async remove() {
      for (const child of running) child.kill('SIGKILL');
      await Promise.all([...running].map((child) => once(child, 'exit')));
      await rm(outDir, { recursive: true, force: true });
    },
  };
}

function follow(child: ChildProcess): RunningCli {
  let stdout = '';
  let stderr = '';
  const changed = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const tell of changed) tell();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    output: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(stdout)) return;
          changed.delete(look);
          resolve(stdout);
        };
        changed.add(look);
        look();
        void closed.then((code) => reject(new Error(`ended with ${code} before ${pattern}: ${stdout}${stderr}`)));
      }),
    async end(signal) {
      if (signal) child.kill(signal);
      return { code: await closed, stdout, stderr };
    },
  };
}
