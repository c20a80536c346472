import { readFile } from 'node:fs/promises';
import { homedir, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { TenantConfig } from '../config/schema.ts';
import type { ServerCertificate } from './certificate-authority.ts';

export interface TlsOptions {
  /** Where the tenant listens and how it is called, beside this machine's own names. */
  readonly host?: string | undefined;
  readonly issuer?: string | undefined;
  readonly dataDir?: string | undefined;
}

export interface Tls extends ServerCertificate {
  /** Path of the certificate to trust; absent when key and certificate were given. */
  readonly caPath?: string | undefined;
}

/** What `https` of the configuration asks for: the certificate that was given, or one of the local authority. */
export async function prepareTls(
  https: Exclude<TenantConfig['https'], false>,
  { host, issuer, dataDir }: TlsOptions,
): Promise<Tls> {
  if (https !== true) return { key: await readPem(https.key), cert: await readPem(https.cert) };
  const { openCertificateAuthority } = await import('./certificate-authority.ts');
  const authority = await openCertificateAuthority(join(dataDir ?? cacheFolder(), 'certificate-authority'));
  const hosts = [
    'localhost',
    '127.0.0.1',
    '::1',
    ...(host === undefined ? [] : isAnyAddress(host) ? ownAddresses() : [host]),
    ...(issuer === undefined ? [] : [new URL(issuer).hostname]),
  ];
  return { ...(await authority.certify(hosts)), caPath: authority.path };
}

async function readPem(value: string): Promise<string> {
  return value.includes('-----BEGIN ') ? value : readFile(value, 'utf8');
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** How phones on the network call this machine. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
}

/** One authority for all tenants of a person, so that it has to be trusted once. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (xdg) return join(xdg, 'postern');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'postern');
  if (process.platform === 'win32' && local) return join(local, 'postern');
  return join(homedir(), '.cache', 'postern');
}
