import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { isLocalName, localDomains, localNetworks } from './local-names.ts';

/**
 * A certificate authority of this machine's own, and server certificates from it. Times are the machine's: browsers know nothing
 * of the tenant's clock.
 */

/** Key and certificate chain for a TLS server, as PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateAuthority {
  /** Path of the authority's certificate, for `NODE_EXTRA_CA_CERTS`, a browser or a device. */
  readonly path: string;
  /** A certificate for those of the host names and addresses that are local. The key exists in memory only. */
  certify(hosts: readonly string[]): Promise<ServerCertificate>;
}

const day = 86_400_000;
const authorityLifetime = 3_650 * day;
/** Browsers refuse certificates of servers that live longer than 398 days. */
const serverLifetime = 397 * day;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const certFile = 'ca.pem';
const keyFile = 'ca.key.pem';

/** The authority kept in a folder; made there when there is none. Rejects when it has expired. */
export async function openCertificateAuthority(directory: string): Promise<CertificateAuthority> {
  const x509 = await loadLibrary();
  const files = (await readFiles(directory)) ?? (await createAuthority(x509, directory));
  const certificate = new x509.X509Certificate(files.cert);
  if (certificate.notAfter.getTime() <= Date.now() + serverLifetime / 12) {
    throw Object.assign(
      new Error(`The certificate authority in ${directory} has expired; delete that folder, and trust the new one.`),
      { code: 'CA_EXPIRED' },
    );
  }
  const signingKey = await importKey(files.key);
  return {
    path: join(directory, certFile),
    async certify(hosts) {
      const keys = await createKeys();
      const names = [...new Set(hosts.map((host) => bare(host).toLowerCase()))].filter(isLocalName);
      const server = await x509.X509CertificateGenerator.create({
        serialNumber: createSerialNumber(),
        subject: `CN=${names[0] ?? 'localhost'}`,
        issuer: certificate.subject,
        ...validFor(serverLifetime),
        signingKey,
        publicKey: keys.publicKey,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
          ),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
          await x509.AuthorityKeyIdentifierExtension.create(certificate),
        ],
      });
      return { key: exportKey(keys.privateKey), cert: `${server.toString('pem')}\n${files.cert}` };
    },
  };
}

/** Loaded when it is needed: it brings a container for its parts, which wants `Reflect` extended first. */
async function loadLibrary() {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto as Crypto);
  return x509;
}

interface AuthorityFiles {
  readonly cert: string;
  readonly key: string;
}

async function readFiles(directory: string): Promise<AuthorityFiles | undefined> {
  try {
    const read = (name: string) => readFile(join(directory, name), 'utf8');
    return { cert: await read(certFile), key: await read(keyFile) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Made beside its place and moved there as a whole: of two tenants that start together, one makes it and both use it. */
async function createAuthority(
  x509: Awaited<ReturnType<typeof loadLibrary>>,
  directory: string,
): Promise<AuthorityFiles> {
  const keys = await createKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: createSerialNumber(),
    name: `CN=Postern local test authority ${randomBytes(3).toString('hex')}, O=Postern (development only)`,
    ...validFor(authorityLifetime),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await constrainNames(x509),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const files = { cert: `${certificate.toString('pem')}\n`, key: exportKey(keys.privateKey) };
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(`${directory}-`);
  try {
    await writeFile(join(draft, certFile), files.cert, { mode: 0o644 });
    await writeFile(join(draft, keyFile), files.key, { mode: 0o600 });
    await rename(draft, directory);
    return files;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const theirs = await readFiles(directory);
    if (theirs !== undefined) return theirs;
    throw error;
  }
}

/**
 * RFC 5280 section 4.2.1.10: what the authority signs counts for local names only, so that whoever gets hold of its key cannot
 * pose as anybody on the internet to those who trust it.
 */
async function constrainNames(x509: Awaited<ReturnType<typeof loadLibrary>>) {
  const { AsnConvert } = await import('@peculiar/asn1-schema');
  const asn1 = await import('@peculiar/asn1-x509');
  const permitted = [
    ...localDomains.map((dNSName) => ({ dNSName })),
    ...localNetworks.map((iPAddress) => ({ iPAddress })),
  ].map((name) => new asn1.GeneralSubtree({ base: new asn1.GeneralName(name) }));
  const constraints = new asn1.NameConstraints({ permittedSubtrees: new asn1.GeneralSubtrees(permitted) });
  return new x509.Extension(asn1.id_ce_nameConstraints, true, AsnConvert.serialize(constraints));
}

function createKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
}

function exportKey(key: CryptoKey): string {
  return String(KeyObject.from(key as webcrypto.CryptoKey).export({ type: 'pkcs8', format: 'pem' }));
}

function importKey(pem: string): Promise<CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']) as Promise<CryptoKey>;
}

function validFor(lifetime: number): { notBefore: Date; notAfter: Date } {
  // Machines' clocks differ a little.
  return { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + lifetime) };
}

/** RFC 5280 section 4.1.2.2: positive, at most 20 bytes. */
function createSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** IPv6 addresses have brackets in URLs only. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
