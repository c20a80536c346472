import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleConfig, type Tenant, type TenantConfigInput } from '@postern/tenant';
import { Auth0, type Auth0Options } from 'postern/core';
import { createQuickTenant } from '../../../tenant/test/support/quick-tenant.ts';
import { createNodePlatform, type NodePlatformOptions } from '../../src/platform/node/index.ts';

export const audience = 'https://api.postern.test';
export const clientId = 'postern-cli';
const browser = fileURLToPath(new URL('../platform-node/programs/browser.ts', import.meta.url));
/** What Node has compiled of the sources, for all the programs that the tests start from them (`vitest.config.ts`). */
const { NODE_COMPILE_CACHE = '' } = process.env;

/** A tenant, a folder of one user on this machine, and that user's browser. */
export interface NodeWorld {
  readonly tenant: Tenant;
  readonly origin: string;
  readonly directory: string;
  /** For `BROWSER` and what that browser needs; and a quick start. */
  browserEnv(user?: string): Promise<Record<string, string>>;
  open(options?: Partial<Auth0Options>, platform?: NodePlatformOptions): Auth0;
  /** Calls of the token endpoint that were answered with tokens. */
  issued(): Promise<number>;
  close(): Promise<void>;
}

export async function createNodeWorld(config: Partial<TenantConfigInput> = {}): Promise<NodeWorld> {
  const tenant = await createQuickTenant({ ...sampleConfig, ...config });
  const { url } = await tenant.listen({ port: 0 });
  const { origin } = new URL(url);
  const directory = await mkdtemp(join(tmpdir(), 'postern-node-'));
  return {
    tenant,
    origin,
    directory,
    browserEnv: async (user = 'user@example.com') => {
      const { cookies } = await tenant.control.sessionState({ user });
      const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      return {
        BROWSER: `${process.execPath} ${browser}`,
        TEST_COOKIES: cookie,
        TEST_PAGES: join(directory, 'pages'),
        NODE_COMPILE_CACHE,
      };
    },
    open: (options, platform) =>
      new Auth0({
        domain: origin,
        clientId,
        audience,
        scope: 'openid profile email read:notes',
        cacheLocation: 'localstorage',
        platform: createNodePlatform({ directory, keychain: 'off', ...platform }),
        ...options,
      }),
    issued: async () => (await tenant.context.events.list({ type: 'token.issued', limit: 1000 })).length,
    close: async () => {
      await tenant.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
