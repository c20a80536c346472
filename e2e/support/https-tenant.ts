import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createTenant, sampleConfig, type Tenant, type TenantConfigInput, type TenantOptions } from '@postern/tenant';

/** What a running https tenant offers to clients that know no other scheme. */
export interface HttpsTenant {
  readonly tenant: Tenant;
  readonly issuer: string;
  /** Host and port, as such clients want their `domain`. */
  readonly domain: string;
  close(): Promise<void>;
}

export const database = 'Username-Password-Authentication';
export const api = 'https://api.postern.test';
export const server = { clientId: 'server', clientSecret: 'a-secret-of-the-server-app' };

/** The sample and a confidential client, for SDKs of servers. */
export const clientsConfig = {
  ...sampleConfig,
  clients: [
    ...sampleConfig.clients,
    {
      ...server,
      name: 'Server app',
      type: 'regular',
      grantTypes: sampleConfig.clients[0]?.grantTypes,
      callbacks: ['https://app.example.test/callback'],
      trustForwardedFor: true,
    },
  ],
} satisfies TenantConfigInput;

/**
 * A tenant that speaks https with its own authority, which this process trusts from now on, as `NODE_EXTRA_CA_CERTS`
 * would make it.
 *
 * @param create Makes it with what is given over its own configuration. Default: that of `clientsConfig`.
 */
export async function startHttpsTenant(
  create: (more: TenantConfigInput, options: TenantOptions) => Promise<Tenant> = (more, options) =>
    createTenant({ ...clientsConfig, ...more }, options),
): Promise<HttpsTenant> {
  const dataDir = await mkdtemp(join(tmpdir(), 'postern-https-'));
  const tenant = await create({ https: true }, { dataDir });
  const { issuer, ca } = await tenant.listen({ port: 0 });
  if (ca === undefined) throw new Error('The tenant tells no certificate to trust.');
  setDefaultCACertificates([...getCACertificates('default'), await readFile(ca, 'utf8')]);
  return {
    tenant,
    issuer,
    domain: new URL(issuer).host,
    close: async () => {
      await tenant.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
