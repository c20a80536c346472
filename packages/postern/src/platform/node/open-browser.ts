import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const FAILURE_MS = 1500;

/**
 * Shows a URL in the person's own browser. `BROWSER` names the command: a program with arguments, in which `%s` stands for
 * the URL (else it comes last), several separated by `:` as long as one works, or `none`.
 *
 * @throws Error when there is no browser to be had, which says why.
 */
export async function openBrowser(url: string): Promise<void> {
  const commands = browserCommands(process.env, process.platform);
  if (commands.length === 0) throw new Error('This machine shows no browser (no display, or BROWSER=none).');
  let reason: unknown;
  for (const [program = '', ...args] of commands) {
    try {
      await start(program, argumentsFor(args, url));
      return;
    } catch (error) {
      reason = error;
    }
  }
  throw new Error('No browser could be started.', { cause: reason });
}

const argumentsFor = (args: readonly string[], url: string): readonly string[] =>
  args.some((arg) => arg.includes('%s')) ? args.map((arg) => arg.replace('%s', () => url)) : [...args, url];

/** Commands to try, in order. None where a person would not see the page. */
export function browserCommands(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): (readonly string[])[] {
  if (env.BROWSER) {
    const separator = platform === 'win32' ? ';' : /:(?!\/\/)/;
    const named = env.BROWSER.split(separator).map((command) => command.trim().split(/\s+/));
    return named.filter(([program]) => program !== undefined && program !== '' && program !== 'none');
  }
  // A browser started here would open on the screen of the other machine.
  if (env.SSH_CONNECTION && !env.DISPLAY) return [];
  if (platform === 'darwin') return [['open']];
  // Not `start`, which is the shell's, and reads `&` in a URL as the end of the command.
  if (platform === 'win32') return [['rundll32', 'url.dll,FileProtocolHandler']];
  if (env.WSL_DISTRO_NAME) return [['wslview'], ['rundll32.exe', 'url.dll,FileProtocolHandler']];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? [['xdg-open']] : [];
}

/** Openers say soon that they failed; what still runs after that is a browser. */
async function start(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { detached: true, stdio: 'ignore', windowsHide: true });
  child.unref();
  const ended = once(child, 'exit') as Promise<[code: number | null]>;
  const [code] = await Promise.race([ended, sleep(FAILURE_MS, [null] as const, { ref: false })]);
  if (code) throw new Error(`${program} ended with ${code}.`);
}
