import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { sampleConfig } from '../../src/config/sample.ts';
import type { TenantConfigInput } from '../../src/config/schema.ts';
import { createTenant, type Tenant, type TenantOptions } from '../../src/tenant.ts';

type KeyPair = Promise<readonly JWK[]>;

/** Keys of tenants that were closed. Those that run at the same time never share one. */
const spare: KeyPair[] = [];

/**
 * A tenant that starts in a tenth of the time, for tests that start one each: its passwords are hashed with
 * `fast-for-tests`, and its RSA keys, where nothing keeps them, are those of a tenant closed before.
 */
export async function createQuickTenant(
  config: TenantConfigInput = sampleConfig,
  options: TenantOptions = {},
): Promise<Tenant> {
  const keepsKeys =
    options.dataDir !== undefined || options.databaseUrl !== undefined || config.signingKeys !== undefined;
  const signingKeys = keepsKeys ? undefined : (spare.pop() ?? Promise.all([makeKey(), makeKey()]));
  const tenant = await createTenant(config, { passwordHashing: 'fast-for-tests', signingKeys, ...options });
  let isClosed = false;
  return {
    ...tenant,
    async close(last) {
      await tenant.close(last);
      if (signingKeys !== undefined && !isClosed) spare.push(signingKeys);
      isClosed = true;
    },
  };
}

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return exportJWK(privateKey);
}
