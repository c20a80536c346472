import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';

const root = fileURLToPath(new URL('../../packages/tenant/', import.meta.url));

export interface BuiltTenant {
  /** Address of its main module. */
  readonly entry: string;
  remove(): Promise<void>;
}

/** The tenant as it is published, from the sources at hand and apart from `dist`, which may be built anew meanwhile. */
export async function buildTenant(): Promise<BuiltTenant> {
  // Inside the package, where its dependencies are found.
  const outDir = `${root}node_modules/.growth-${process.pid}`;
  await build({
    cwd: root,
    config: `${root}tsdown.config.ts`,
    outDir,
    dts: false,
    sourcemap: false,
    logLevel: 'silent',
  });
  return { entry: `${outDir}/index.js`, remove: () => rm(outDir, { recursive: true, force: true }) };
}
