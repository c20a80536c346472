import { createPrivateKey, KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TenantConfigInput } from '../src/config/schema.ts';
import { openCertificateAuthority } from '../src/https/certificate-authority.ts';
import { createTenant, type Tenant, type TenantOptions } from '../src/tenant.ts';
import { createBrowser } from './support/browser.ts';
import { api, callback, challenge, claimsOf, codeOf, protocolConfig, verifier } from './support/protocol.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-https-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let tenant: Tenant | undefined;
afterEach(async () => {
  await tenant?.close();
  tenant = undefined;
});

async function start(
  https: TenantConfigInput['https'] = true,
  options: TenantOptions = {},
  host?: string,
): Promise<{ issuer: string; port: number; ca: string; trusted: typeof fetch }> {
  tenant = await createTenant({ ...protocolConfig, https }, { dataDir: join(folder, 'data'), ...options });
  const { issuer, port, ca: caPath } = await tenant.listen({ port: 0, host });
  const ca = caPath === undefined ? '' : await readFile(caPath, 'utf8');
  return { issuer, port, ca, trusted: trusting(ca) };
}

/** `fetch` over node:https with that authority and no other. */
function trusting(ca: string): typeof fetch {
  return (input, init) =>
    new Promise((resolve, reject) => {
      const wanted = new Request(input, init);
      void wanted.text().then((body) => {
        const outgoing = request(
          wanted.url,
          {
            method: wanted.method,
            headers: Object.fromEntries(new Headers(init?.headers ?? wanted.headers)),
            ca,
            agent: false,
          },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on('data', (chunk: Buffer) => chunks.push(chunk));
            answer.on('end', () => {
              const headers = new Headers();
              for (const [name, values] of Object.entries(answer.headersDistinct))
                for (const value of values ?? []) headers.append(name, value);
              const status = answer.statusCode ?? 0;
              const isEmpty = [204, 304].includes(status);
              resolve(new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers }));
            });
          },
        );
        outgoing.on('error', reject);
        if (!outgoing.hasHeader('content-type') && init?.body instanceof URLSearchParams)
          outgoing.setHeader('content-type', 'application/x-www-form-urlencoded');
        outgoing.end(body);
      });
    });
}

describe('https: true', () => {
  it('serves a whole login: issuer, tokens and discovery say https, cookies are Secure', async () => {
    const { issuer, trusted } = await start();
    expect(issuer).toMatch(/^https:\/\/localhost:\d+\/$/);
    const metadata = (await (await trusted(`${issuer}.well-known/openid-configuration`)).json()) as Record<
      string,
      unknown
    >;
    expect(metadata).toMatchObject({ issuer, token_endpoint: `${issuer}oauth/token` });

    const browser = createBrowser(issuer, trusted);
    const url = new URL('/authorize', issuer);
    url.search = String(
      new URLSearchParams({
        client_id: 'spa',
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid',
        audience: api,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }),
    );
    const code = codeOf(await browser.logIn(url));
    expect(browser.setCookies.length).toBeGreaterThan(1);
    for (const cookie of browser.setCookies) expect(cookie).toMatch(/; Secure(;|$)/);
    for (const cookie of browser.setCookies) expect(cookie).toMatch(/; SameSite=None(;|$)/);

    const response = await trusted(`${issuer}oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'spa',
        code,
        redirect_uri: callback,
        code_verifier: verifier,
      }),
    });
    const tokens = (await response.json()) as { id_token: string };
    expect(claimsOf(tokens.id_token).iss).toBe(issuer);
  });

  it('is refused by who does not trust the authority, and by who trusts another one', async () => {
    const { issuer } = await start();
    await expect(fetch(issuer)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED/) },
    });
    const other = await openCertificateAuthority(join(folder, 'other', 'certificate-authority'));
    await expect(trusting(await readFile(other.path, 'utf8'))(issuer)).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/),
    });
  });

  it('is for localhost, 127.0.0.1 and ::1, and for no other name', async () => {
    const { port, ca } = await start();
    for (const servername of ['localhost', '127.0.0.1', '::1'])
      expect(await handshake(port, ca, servername), servername).toBe('trusted');
    expect(await handshake(port, ca, 'postern.test')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('also names the host it listens on and the issuer it is called by', async () => {
    const { port, ca } = await start(true, { issuer: 'https://auth.postern.test/' }, '127.0.0.2');
    expect(await handshake(port, ca, 'auth.postern.test', '127.0.0.2')).toBe('trusted');
    expect(await handshake(port, ca, '127.0.0.2', '127.0.0.2')).toBe('trusted');
    expect(await handshake(port, ca, 'other.postern.test', '127.0.0.2')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('keeps one authority for all starts; its key is for its owner only', async () => {
    const first = await start();
    await tenant?.close();
    const second = await start();
    expect(second.ca).toBe(first.ca);
    const directory = join(folder, 'data', 'certificate-authority');
    expect((await readdir(directory)).sort()).toEqual(['ca.key.pem', 'ca.pem']);
    expect((await stat(join(directory, 'ca.key.pem'))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(first.ca).not.toContain('PRIVATE');
  });

  it('tenants that start together agree on one authority', async () => {
    const directory = join(folder, 'together', 'certificate-authority');
    const authorities = await Promise.all([1, 2, 3, 4].map(() => openCertificateAuthority(directory)));
    const chains = await Promise.all(authorities.map((one) => one.certify(['localhost'])));
    const roots = chains.map(({ cert }) => cert.slice(cert.lastIndexOf('-----BEGIN')).trim());
    expect(new Set(roots).size).toBe(1);
    expect(await readdir(join(folder, 'together'))).toEqual(['certificate-authority']);
  });

  it('T36: the authority says what it is, cannot make further ones, and server certificates live for a year', async () => {
    const authority = await openCertificateAuthority(join(folder, 'shape', 'certificate-authority'));
    const root = new X509Certificate(await readFile(authority.path));
    expect(root.subject).toMatch(/Postern local test authority/);
    expect(root.subject).toMatch(/development only/);
    expect(root.ca).toBe(true);
    const leaf = new X509Certificate((await authority.certify(['localhost', '[::1]'])).cert);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:0:0:0:0:0:0:0:1');
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    const days = (leaf.validToDate.getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(396);
    expect(days).toBeLessThan(398);
  });

  it('T36: what the authority signs for a name of the internet is worth nothing', async () => {
    const directory = join(folder, 'misused', 'certificate-authority');
    const authority = await openCertificateAuthority(directory);
    expect(
      new X509Certificate((await authority.certify(['localhost', 'example.com', '8.8.8.8'])).cert).subjectAltName,
    ).toBe('DNS:localhost');
    // Somebody got hold of the key, and signs with it what the tenant never would. Node has no code for that violation.
    const stolen = await readFile(join(directory, 'ca.key.pem'), 'utf8');
    const ca = await readFile(authority.path, 'utf8');
    for (const [name, outcome] of [
      ['bank.example.com', 'UNSPECIFIED'],
      ['8.8.8.8', 'UNSPECIFIED'],
      ['app.postern.test', 'trusted'],
      ['192.168.7.7', 'trusted'],
    ] as const) {
      const server = createServer(await signWith(stolen, ca, name)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const verdict = await handshake(port, ca, name);
      server.close();
      expect(verdict, name).toBe(outcome);
    }
  });

  it('http at its port gets no answer', async () => {
    const { port } = await start();
    const outcome = await new Promise<string>((resolve) => {
      httpRequest({ port, host: '127.0.0.1', agent: false }, () => resolve('answered'))
        .on('error', () => resolve('refused'))
        .end();
    });
    expect(outcome).toBe('refused');
  });
});

describe('https: { key, cert }', () => {
  it('takes PEM, or files of it, and names no authority', async () => {
    const authority = await openCertificateAuthority(join(folder, 'own', 'certificate-authority'));
    const ca = await readFile(authority.path, 'utf8');
    const { key, cert } = await authority.certify(['localhost', '127.0.0.1']);
    await writeFile(join(folder, 'key.pem'), key);
    await writeFile(join(folder, 'cert.pem'), cert);
    for (const https of [
      { key, cert },
      { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') },
    ]) {
      const running = await start(https);
      expect(running.ca).toBe('');
      expect((await trusting(ca)(`${running.issuer}.well-known/jwks.json`)).status).toBe(200);
      await tenant?.close();
    }
  });

  it('with a file that is not there does not start', async () => {
    await expect(start({ key: join(folder, 'none.pem'), cert: join(folder, 'none.pem') })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});

async function signWith(caKey: string, ca: string, name: string): Promise<{ key: string; cert: string }> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const der = createPrivateKey(caKey).export({ type: 'pkcs8', format: 'der' });
  const signingKey = (await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])) as CryptoKey;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=forged',
    issuer: new x509.X509Certificate(ca).subject,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 86_400_000),
    signingKey,
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: isIP(name) === 0 ? 'dns' : 'ip', value: name }])],
  });
  const key = KeyObject.from(keys.privateKey as webcrypto.CryptoKey).export({ type: 'pkcs8', format: 'pem' });
  return { key: String(key), cert: certificate.toString('pem') };
}

/** `trusted`, or why not. */
function handshake(port: number, ca: string, servername: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    // An address is no SNI name; the certificate is checked against it all the same.
    const socket = connect({ port, host, ca, rejectUnauthorized: false, checkServerIdentity: () => undefined }, () => {
      const chainError = socket.authorizationError;
      const certificate = socket.getPeerX509Certificate();
      socket.end();
      if (chainError) return resolve(String(chainError));
      const isIp = /^[\d.]+$|:/.test(servername);
      const match = isIp ? certificate?.checkIP(servername) : certificate?.checkHost(servername);
      resolve(match === undefined ? 'ERR_TLS_CERT_ALTNAME_INVALID' : 'trusted');
    });
    socket.on('error', reject);
  });
}
