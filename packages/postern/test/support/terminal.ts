import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { vi } from 'vitest';

/** A person's terminal: a pseudo-terminal with a shell in it. */
export interface Terminal {
  /** All that was on screen so far. */
  readonly screen: () => string;
  /** Waits until the screen, from where the last wait ended, shows it. */
  readonly shows: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly type: (keys: string) => void;
  /** Waits for the shell to end. */
  readonly ended: Promise<number | null>;
  readonly close: () => void;
}

export interface TerminalOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Default 80. */
  readonly columns?: number;
}

/** Runs `line` in a shell in a terminal, by the `script` that every Linux and macOS has. */
export function openTerminal(line: string, { env, columns = 80 }: TerminalOptions): Terminal {
  const inside = `stty cols ${columns} rows 40; ${line}`;
  const args = process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', inside] : ['-qefc', inside, '/dev/null'];
  const child: ChildProcessWithoutNullStreams = spawn('script', args, {
    env: { TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    detached: true,
  });
  let screen = '';
  let read = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return {
    screen: () => screen,
    shows: (pattern) =>
      vi.waitFor(
        () => {
          const found = pattern.exec(screen.slice(read));
          if (!found) throw new Error(`Nothing like ${pattern} in: ${screen.slice(read)}`);
          read += found.index + found[0].length;
          return found;
        },
        { timeout: 20_000, interval: 20 },
      ),
    type: (keys) => void child.stdin.write(keys),
    ended,
    close: () => {
      try {
        if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended by itself just now.
      }
    },
  };
}
