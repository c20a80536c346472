import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { createMemoryDevice, createMemoryTab } from '../../src/platform/memory/index.ts';
import { createNodePlatform, type NodePlatformOptions } from '../../src/platform/node/index.ts';
import type { Platform, PresentRequest } from '../../src/platform/platform.ts';
import { createPhone, type Phone } from '../support/phone.ts';
import { cases, type Scene, type Traits } from './contract.ts';
import { type LoginPages, serveLoginPages } from './login-pages.ts';

/** A platform that is held to the contract: a device, and the app on it, which may be closed and opened again. */
interface Host {
  readonly traits: Traits;
  readonly redirectUri: string;
  /** The app, freshly started; what it gives is called for each of its clients. */
  start(): () => Platform;
}

let pages: LoginPages;
let directory: string;
beforeAll(async () => {
  pages = await serveLoginPages();
  directory = await mkdtemp(join(tmpdir(), 'postern-contract-'));
  const browser = fileURLToPath(new URL('../platform-node/programs/browser.ts', import.meta.url));
  vi.stubEnv('BROWSER', `${process.execPath} ${browser}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await pages.close();
  await rm(directory, { recursive: true, force: true });
});

/** Outside a browser every location that outlives the app is the same. */
const persistent = ['localstorage'] as const;

/** A browser that takes the one step which each of the pages asks for. */
async function visit({ url }: Pick<PresentRequest, 'url'>): Promise<string> {
  const location = (await fetch(url, { redirect: 'manual' })).headers.get('location');
  return location ?? new Promise<never>(() => undefined);
}

function memory(): Host {
  const device = createMemoryDevice();
  return {
    traits: { persistent, hasChannel: true, hasUrl: true, mode: 'popup', hasManyLogins: true },
    redirectUri: 'http://127.0.0.1/callback',
    start: () => () => {
      const tab = createMemoryTab(device, { url: 'http://127.0.0.1/' });
      tab.visit = visit;
      tab.leave = async (url) => void (await fetch(url));
      return tab;
    },
  };
}

function node(keychain: () => NodePlatformOptions['keychain']): Host {
  const folder = () => join(directory, keychain() === 'off' ? 'files' : 'keychain');
  return {
    traits: { persistent, hasChannel: false, hasUrl: false, mode: 'popup', hasManyLogins: true },
    redirectUri: 'http://127.0.0.1/callback',
    start: () => () => createNodePlatform({ directory: folder(), keychain: keychain() ?? 'off' }),
  };
}

/** React Native: Expo's modules over a phone of plain memory. */
function expo(system: 'ios' | 'android'): Host {
  const phone = createPhone(system);
  phone.person = async (url) => {
    const returnTo = new URL(url).searchParams.get('returnTo');
    const end = await Promise.race([visit({ url }), ...(returnTo ? [returnTo] : [])]);
    return end;
  };
  return {
    traits: { persistent, hasChannel: true, hasUrl: false, mode: 'popup', hasManyLogins: false },
    redirectUri: `com.acme.app.auth0://tenant.example.com/${system}/com.acme.app/callback`,
    // It keeps everything unless it is told, in so many words, to keep it in memory.
    start: () => () => comingBack(phone, phone.start({ cacheLocation: 'memory' })),
  };
}

/** Whoever gives up a login, or the time it had, is in the app again: Custom Tabs cannot be closed by it. */
function comingBack(phone: Phone, platform: Platform): Platform {
  const { userAgent } = platform;
  const prepare: typeof userAgent.prepare = (mode) => {
    const prepared = userAgent.prepare(mode);
    const present: typeof prepared.present = (request) =>
      prepared.present(request).catch((error: { code?: string }) => {
        if (error.code !== 'TRANSACTION_ACTIVE_ALREADY') phone.comeBack();
        throw error;
      });
    return { ...prepared, present };
  };
  return { ...platform, userAgent: { ...userAgent, prepare } };
}

function createKeychain() {
  const secrets = new Map<string, string>();
  return {
    get: async (account: string) => secrets.get(account) ?? null,
    set: async (account: string, secret: string) => void secrets.set(account, secret),
  };
}

const keychain = createKeychain();
const hosts: readonly (readonly [string, Host])[] = [
  ['memory', memory()],
  ['node, with files', node(() => 'off')],
  ['node, with a keychain', node(() => keychain)],
  ['expo, on iOS', expo('ios')],
  ['expo, on Android', expo('android')],
];

describe.each(hosts)('the platform %s', (_, host) => {
  let count = 0;
  it.each(cases.map((one) => [one.port, one.name, one] as const))(
    '%s: %s',
    { timeout: 60_000 },
    async (port, __, one) => {
      const name = `${port} ${++count}`;
      const stage = (): Scene => ({
        ...host.traits,
        name,
        open: host.start(),
        issuer: pages.origin,
        redirectUri: host.redirectUri,
      });
      const before = await one.run(stage());
      await one.after?.(stage(), JSON.parse(JSON.stringify(before ?? null)));
    },
  );
});
