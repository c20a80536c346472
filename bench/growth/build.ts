import { rm } from 'node:fs/promises';
import { bundleTenant } from '../../packages/tenant/test/support/bundle-tenant.ts';

export interface BuiltTenant {
  /** Address of its main module. */
  readonly entry: string;
  remove(): Promise<void>;
}

/** The tenant as it is published, apart from `dist`, which may be built anew meanwhile. */
export async function buildTenant(): Promise<BuiltTenant> {
  const outDir = await bundleTenant('growth');
  return { entry: `${outDir}/index.js`, remove: () => rm(outDir, { recursive: true, force: true }) };
}
