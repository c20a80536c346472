import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTenant, sampleConfig, type Tenant } from '@postern/tenant';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../e2e/support/chromium.ts';
import { openCertificateAuthority } from '../../packages/tenant/src/https/certificate-authority.ts';
import { type BuiltPage, buildPage } from './build-page.ts';
import { openDistance } from './distance.ts';
import { type ServedPage, servePage } from './serve-page.ts';

export const audience = 'https://api.postern.test';
export const clientId = 'postern-spa';
export const person = 'user@example.com';

/** Life of an access token, in seconds. */
export const TOKEN_LIFETIME = 3600;

/** One tenant, one Chromium, and an app for each page. */
export interface Stage<Name extends string> {
  readonly tenant: Tenant;
  readonly issuer: string;
  readonly browser: Browser;
  /** Where each page is, and where it is once more, isolated from other origins. */
  readonly origins: Readonly<Record<Name, { readonly plain: string; readonly isolated: string }>>;
  /** The same with a Chromium of its own, for which the tenant is `roundTripMs` away. Closed with this one. */
  atDistance(roundTripMs: number): Promise<Stage<Name>>;
  close(): Promise<void>;
}

/**
 * Everything speaks https, since react-native-auth0 knows nothing else, and cookies of the tenant are then no foreign ones.
 * Chromium is told the certificate's key, so that it holds it for good and caches what comes.
 */
export async function startStage<Name extends string>(entries: Readonly<Record<Name, URL>>): Promise<Stage<Name>> {
  const names = Object.keys(entries) as Name[];
  const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'));
  const tls = await (await openCertificateAuthority(folder)).certify(['localhost', '127.0.0.1']);
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const serve = async (files: BuiltPage, isolated: boolean): Promise<ServedPage> => {
      const page = await servePage(files, tls, { isolated });
      closers.push(page.close);
      return page;
    };
    const pages = await Promise.all(
      names.map(async (name) => {
        const files = await buildPage(entries[name]);
        const [plain, isolated] = await Promise.all([serve(files, false), serve(files, true)]);
        return [name, { plain: plain.origin, isolated: isolated.origin }] as const;
      }),
    );
    const origins = Object.fromEntries(pages) as Stage<Name>['origins'];
    const all = pages.flatMap(([, { plain, isolated }]) => [plain, isolated]);

    const tenant = await createTenant(
      {
        ...sampleConfig,
        https: tls,
        apis: sampleConfig.apis.map((api) => ({ ...api, tokenLifetime: TOKEN_LIFETIME })),
        clients: sampleConfig.clients.map((client) => ({
          ...client,
          callbacks: all,
          logoutUrls: all,
          webOrigins: all,
        })),
      },
      { dataDir: join(folder, 'tenant') },
    );
    closers.push(() => tenant.close());
    const { issuer } = await tenant.listen({ port: 0 });

    const key = new X509Certificate(tls.cert).publicKey.export({ type: 'spki', format: 'der' });
    const trusted = createHash('sha256').update(key).digest('base64');
    const launch = async (...args: string[]) => {
      const browser = await launchChromium({ args: [`--ignore-certificate-errors-spki-list=${trusted}`, ...args] });
      closers.push(() => browser.close());
      return browser;
    };
    const stage: Stage<Name> = {
      tenant,
      issuer,
      browser: await launch(),
      origins,
      atDistance: async (roundTripMs) => {
        const { hostname, port } = new URL(issuer);
        const distance = await openDistance(Number(port), roundTripMs);
        closers.push(distance.close);
        const rule = `MAP ${hostname}:${port} ${hostname}:${distance.port}`;
        return { ...stage, browser: await launch(`--host-resolver-rules=${rule}`) };
      },
      close,
    };
    return stage;
  } catch (error) {
    await close();
    throw error;
  }
}
