import { networkInterfaces } from 'node:os';
import { nativeApps, nativeCallback, systemNames } from './native-addresses.ts';
import { type App, hasWebBuild } from './read-app.ts';

/** An address that the tenant has to know, and why it is thought so. */
export interface Address {
  readonly url: string;
  readonly why: string;
  /** The same in another spelling, that people register by mistake. */
  readonly misspelt?: string;
  /** Not every app of its kind needs it. */
  readonly isOptional?: true;
}

export interface Addresses {
  readonly callbacks: readonly Address[];
  readonly logoutUrls: readonly Address[];
  readonly webOrigins: readonly Address[];
}

/** What the person named on the command line. */
export interface GivenAddresses {
  readonly callbacks: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly webOrigins: readonly string[];
}

/** Any free port is used, and this one is as good as another. */
const freePort = 49_731;

/**
 * What is given, or else what the SDK uses by default on each of the app's platforms.
 *
 * @param host Of the tenant, which native callback URLs contain.
 */
export function addressesOf(app: App | undefined, host: string, given: GivenAddresses): Addresses {
  const guessed = app ? guess(app, host) : none;
  const choose = (mine: readonly string[], others: readonly Address[]): readonly Address[] =>
    mine.length > 0 ? mine.map((url) => ({ url, why: 'as you gave it' })) : others;
  const origins = choose(given.webOrigins, guessed.webOrigins);
  // A page's callback and logout URL are its origin, unless the app says otherwise.
  const ofPages = given.webOrigins.length > 0 ? origins : [];
  const merged = (others: readonly Address[]) => [
    ...others.filter(({ url }) => !isWeb(url) || ofPages.length === 0),
    ...ofPages,
  ];
  return {
    callbacks: choose(given.callbacks, merged(guessed.callbacks)),
    logoutUrls: choose(given.logoutUrls, merged(guessed.logoutUrls)),
    webOrigins: origins,
  };
}

const none: Addresses = { callbacks: [], logoutUrls: [], webOrigins: [] };
const isWeb = (url: string) => /^https?:/.test(url);

function guess(app: App, host: string): Addresses {
  const native = nativeApps(app).flatMap(({ system, bundle }): Address[] => {
    if (!bundle) return [];
    const url = nativeCallback(system, bundle, host);
    return [{ url, why: `the app on ${systemNames[system]}`, misspelt: url.replaceAll(bundle.toLowerCase(), bundle) }];
  });
  const { bundler } = app;
  const pages: Address[] =
    hasWebBuild(app) && bundler
      ? [
          {
            url: `http://localhost:${app.port ?? bundler.port}`,
            why: `where ${bundler.name} serves it during development`,
          },
        ]
      : [];
  const listener: Address[] =
    app.kind === 'node' || app.kind === 'electron'
      ? [{ url: `http://127.0.0.1:${freePort}/callback`, why: 'a free port of this machine' }]
      : [];
  const own = [...native, ...expoGo(app), ...pages];
  return { callbacks: [...own, ...listener], logoutUrls: own, webOrigins: pages };
}

/** Expo Go shows apps that have no native modules of their own, at the address of Metro. */
function expoGo({ kind, native, packages, port = 8081 }: App): Address[] {
  const isBuilt = native.ios || native.android || packages.declared.has('expo-dev-client');
  if (kind !== 'expo' || isBuilt) return [];
  const host = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
  return host ? [{ url: `exp://${host}:${port}/--/callback`, why: 'Expo Go', isOptional: true }] : [];
}

/** How people write the same address otherwise, of whom the tenant may know one. */
export function variantsOf({ url, misspelt }: Address): readonly string[] {
  const variants: string[] = misspelt ? [misspelt] : [];
  if (isWeb(url)) {
    const { pathname, origin, hostname } = new URL(url);
    if (pathname === '/') variants.push(url.endsWith('/') ? origin : `${origin}/`, `${origin}/callback`);
    else variants.push(url.endsWith('/') ? url.slice(0, -1) : `${url}/`, origin);
    if (hostname === 'localhost') variants.push(url.replace('//localhost', '//127.0.0.1'));
    if (hostname === '127.0.0.1') variants.push(url.replace('//127.0.0.1', '//localhost'));
    variants.push(url.startsWith('http:') ? url.replace(/^http:/, 'https:') : url.replace(/^https:/, 'http:'));
  } else {
    variants.push(url.replace(/^([^:]+)\.auth0:/, '$1:'), url.endsWith('/') ? url.slice(0, -1) : `${url}/`);
  }
  return [...new Set(variants)].filter((one) => one !== url);
}
