import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The user's own folder for settings of programs, by the custom of the system, and `postern` in it. */
export function defaultDirectory(): string {
  const { APPDATA, XDG_CONFIG_HOME } = process.env;
  if (process.platform === 'win32') return join(APPDATA || join(homedir(), 'AppData', 'Roaming'), 'postern');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'postern');
  // Relative, it would lead into whatever folder the program was started in.
  const named = XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : undefined;
  return join(named ?? join(homedir(), '.config'), 'postern');
}
