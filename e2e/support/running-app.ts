import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm start -- --json` prints when everything answers. */
export interface Addresses {
  readonly demo: string;
  readonly api: string;
  /** With a trailing slash. */
  readonly issuer: string;
  /** Base of the control API and address of the dashboard. */
  readonly control: string;
  readonly secret: string;
}

export interface RunningApp extends Addresses {
  /** Ends it as Ctrl-C does, and resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts everything with the command that a newcomer uses. */
export async function startApp(args: readonly string[] = []): Promise<RunningApp> {
  const child = spawn(process.execPath, ['scripts/start.mjs', '--json', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const firstLine = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const [line] = await Promise.race([
    firstLine,
    exited.then(([code]) => {
      throw new Error(`npm start ended with ${code}:\n${said}`);
    }),
  ]);
  return {
    ...(JSON.parse(line) as Addresses),
    stop: async () => {
      child.kill('SIGINT');
      const [code] = await exited;
      return code;
    },
  };
}
