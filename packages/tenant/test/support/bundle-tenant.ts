import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the package as it is published, from the sources at hand, and resolves with the folder; remove it after use. */
export async function bundleTenant(purpose: string): Promise<string> {
  // Inside the package, where its dependencies are found.
  const outDir = `${root}node_modules/.${purpose}-${process.pid}`;
  await build({
    cwd: root,
    config: `${root}tsdown.config.ts`,
    outDir,
    dts: false,
    sourcemap: false,
    logLevel: 'silent',
  });
  return outDir;
}
