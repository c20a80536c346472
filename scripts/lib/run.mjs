import { spawn } from 'node:child_process';
import { childEnvironment, root } from './paths.mjs';

/**
 * Runs a command to its end and resolves with its exit code (127 when it cannot be started).
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, onLine?: (line: string) => void, quiet?: boolean }} [options]
 *   `onLine` receives each line of output as it appears; `quiet` keeps the output back and only returns it.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  const { cwd = root, env = {}, onLine, quiet = false } = options;
  const piped = quiet || onLine !== undefined;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      // What is kept back for an error message is read later, perhaps in a file: without colours.
      env: childEnvironment({ ...(quiet && { NO_COLOR: '1', FORCE_COLOR: '0' }), ...env }),
      stdio: piped ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2],
    });
    let output = '';
    let pending = '';
    const take = (chunk) => {
      output += chunk;
      if (!onLine) return;
      const lines = (pending + chunk).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on('close', (code, signal) => {
      if (pending && onLine) onLine(pending);
      resolve({ code: code ?? (signal ? 1 : 0), output });
    });
  });
}
