import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const fromRoot = (...parts) => join(root, ...parts);
export const bin = fromRoot('node_modules', '.bin');
export const cacheDirectory = fromRoot('node_modules', '.cache', 'postern');

/** The environment of every child: the pinned Node and the workspace's own tools come first. */
export const childEnvironment = (extra = {}) => ({
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  ...extra,
});
