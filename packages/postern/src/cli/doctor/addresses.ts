import { lanAddress } from './lan-address.ts';
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
  const pages = givenPages(app, given);
  // A page's callback and logout URL are its origin, unless the app says otherwise.
  const withPages = (others: readonly Address[]) =>
    pages.length > 0 ? [...others.filter(({ url }) => !isWeb(url)), ...pages] : others;
  const choose = (mine: readonly string[], others: readonly Address[]) =>
    mine.length > 0 ? mine.map(asGiven) : withPages(others);
  return {
    callbacks: choose(given.callbacks, guessed.callbacks),
    logoutUrls: choose(given.logoutUrls, guessed.logoutUrls),
    webOrigins: withPages(guessed.webOrigins),
  };
}

/** Where the pages of the app are, if the person said so: by their origin, or by a callback of theirs. */
function givenPages(app: App | undefined, { callbacks, webOrigins }: GivenAddresses): readonly Address[] {
  if (webOrigins.length > 0) return webOrigins.map(asGiven);
  if (app && !hasWebBuild(app)) return [];
  const origins = new Set(callbacks.filter(isWeb).map((url) => new URL(url).origin));
  return [...origins].map((url) => ({ url, why: 'the origin of that callback URL' }));
}

const asGiven = (url: string): Address => ({ url, why: 'as you gave it' });
const none: Addresses = { callbacks: [], logoutUrls: [], webOrigins: [] };
const isWeb = (url: string) => /^https?:/i.test(url);

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
  const host = lanAddress();
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
