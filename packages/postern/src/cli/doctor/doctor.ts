import { exitCodes, UsageError } from '../exit-codes.ts';
import type { Flags } from '../options.ts';
import { findProfile } from '../profiles.ts';
import { type Address, type Addresses, addressesOf, type GivenAddresses } from './addresses.ts';
import { askTenant } from './ask-tenant.ts';
import { checkClient } from './check-client.ts';
import { checkNative } from './check-native.ts';
import { checkNode, checkPackages } from './check-packages.ts';
import { checkTenant, serverOf } from './check-tenant.ts';
import { readDomain, type TenantAddress } from './domain.ts';
import { doubtful, type Finding, listOf, wrong } from './finding.ts';
import { lookAtClient } from './look-at-client.ts';
import { type App, type AppFacts, type AppKind, readApp } from './read-app.ts';
import { readEnvironment, type Setting } from './read-settings.ts';
import { readSources } from './read-sources.ts';
import { type Look, listFindings, type Part, writeReport } from './report.ts';
import { checkSettings, findSettings, isPlaceholder, type SettingSources, type Settings } from './settings.ts';

export interface DoctorSurroundings {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of Node, without a "v". */
  readonly nodeVersion: string;
  readonly look: Look;
}

export interface Diagnosis {
  readonly text: string;
  readonly json: unknown;
  readonly exitCode: number;
}

/**
 * Looks at an app and at its tenant, and says what is wrong. Changes nothing: at the tenant there is a line more in its log
 * for each request. No secret is needed, and none is shown.
 *
 * @throws UsageError for addresses that are none.
 */
export async function examine(flags: Flags, surroundings: DoctorSurroundings): Promise<Diagnosis> {
  const { folder, nodeVersion, look } = surroundings;
  const given = readAddresses(flags);
  const facts = await readApp(folder, flags['app-config']);
  const app = facts.kind === 'app' ? facts.app : undefined;
  const from = await readSettingSources(flags, surroundings, app);
  const settings = findSettings(from);
  const domain = settings.domain && readDomain(settings.domain.value, settings.domain.source);
  const addresses = addressesOf(app, domain?.address?.host ?? '{domain}', given);
  const parts: Part[] = [
    { title: 'App', findings: checkApp(facts, from, given, nodeVersion) },
    {
      title: 'Settings',
      findings: [...checkSettings(from, settings), ...(domain?.findings ?? []), ...checkDevice(app, domain?.address)],
    },
    ...(await lookAtTenant(domain?.address, settings, addresses, app?.kind)),
  ];
  const findings = listFindings(parts);
  const exitCode = exitCodeFor(findings);
  return {
    text: writeReport({ about: describe(app, settings), parts }, look),
    json: {
      ok: exitCode === exitCodes.ok,
      app: app ? { name: app.name, kind: app.kind } : null,
      domain: settings.domain?.value ?? null,
      clientId: settings.clientId?.value ?? null,
      callbacks: addresses.callbacks.map(({ url }) => url),
      logoutUrls: addresses.logoutUrls.map(({ url }) => url),
      webOrigins: addresses.webOrigins.map(({ url }) => url),
      findings,
    },
    exitCode,
  };
}

function readAddresses(flags: Flags): GivenAddresses {
  const given = {
    callbacks: flags['redirect-uri'] ?? [],
    logoutUrls: flags['logout-url'] ?? [],
    webOrigins: flags['web-origin'] ?? [],
  };
  const require = (option: string, urls: readonly string[], isTaken: (url: string) => boolean, example: string) => {
    if (!urls.every(isTaken)) throw new UsageError(`${option} must be like ${example}`, 'doctor');
  };
  const isAddress = (url: string) => /^[a-z][\w+.-]*:\/\/./i.test(url) && (!/^https?:/i.test(url) || URL.canParse(url));
  require('--redirect-uri', given.callbacks, isAddress, 'https://app.example.com/callback');
  require('--logout-url', given.logoutUrls, isAddress, 'https://app.example.com/');
  const isOrigin = (url: string) => URL.canParse(url) && new URL(url).origin === url;
  require('--web-origin', given.webOrigins, isOrigin, 'https://app.example.com, without a path');
  return given;
}

async function readSettingSources(
  flags: Flags,
  { folder, env }: DoctorSurroundings,
  app: App | undefined,
): Promise<SettingSources> {
  const option = (name: 'domain' | 'client-id' | 'audience'): Setting | undefined => {
    const value = flags[name];
    return value ? { value, source: `--${name}` } : undefined;
  };
  const given: Settings = { domain: option('domain'), clientId: option('client-id'), audience: option('audience') };
  const sources = app ? await readSources(folder) : { clients: [], imports: new Set<string>() };
  const remembered =
    flags.profile || app?.kind === 'node' || !app ? await recall(flags.profile || env.POSTERN_PROFILE) : {};
  return { given, environment: await readEnvironment(folder, env, app?.bundler), sources, remembered, app };
}

/** What `postern login` was told. */
async function recall(name = 'default'): Promise<Settings> {
  const profile = await findProfile(name);
  if (!profile) return {};
  const source = `the profile "${name}"`;
  const { domain, clientId, audience } = profile;
  return {
    domain: { value: domain, source },
    clientId: { value: clientId, source },
    audience: audience ? { value: audience, source } : undefined,
  };
}

function checkApp(facts: AppFacts, { sources }: SettingSources, given: GivenAddresses, nodeVersion: string): Finding[] {
  switch (facts.kind) {
    case 'none':
      return [
        wrong(
          'no-app',
          'There is no package.json in this folder: the app was not looked at.',
          'Run this in the folder of the app.',
        ),
      ];
    case 'broken':
      return [wrong('file-broken', `package.json cannot be read: ${facts.why}`, 'Mend it, and run this again.')];
    default: {
      const { app } = facts;
      return [...checkNode(app, nodeVersion), ...checkPackages(app), ...checkNative(app, sources, given.callbacks)];
    }
  }
}

/** A name of this machine means the phone itself, on a phone. */
function checkDevice(app: App | undefined, address: TenantAddress | undefined): Finding[] {
  const isNative = app?.kind === 'expo' || app?.kind === 'react-native';
  if (!isNative || !address?.isLoopback) return [];
  const port = new URL(address.origin).port || '443';
  return [
    doubtful(
      'domain-of-this-machine',
      `${address.origin} is this machine: the simulator of iOS reaches it, a phone and the emulator of Android do not.`,
      'Give the tenant an address of the network (docs/tenant.md); or, for the emulator:',
      `adb reverse tcp:${port} tcp:${port}`,
    ),
  ];
}

async function lookAtTenant(
  address: TenantAddress | undefined,
  { clientId, audience }: Settings,
  addresses: Addresses,
  kind: AppKind | undefined,
): Promise<Part[]> {
  const untried = { title: 'Client and addresses', findings: listUntried(addresses) };
  if (!address) return [untried];
  const facts = await askTenant(address);
  const tenant = { title: 'Tenant', findings: checkTenant(address, facts, kind) };
  const server = serverOf(address, facts);
  if (!server || !clientId || isPlaceholder(clientId)) return [tenant, untried];
  const client = { origin: address.origin, clientId: clientId.value, server, audience: audience?.value };
  const seen = await lookAtClient(client, addresses, { wantsDevices: kind === 'node' });
  const context = { address, clientId: clientId.value, audience: audience?.value, kind };
  const isUnknown = seen.foreign.kind === 'unknown-client';
  return [
    tenant,
    {
      title: 'Client and addresses',
      findings: [...checkClient(seen, context), ...(isUnknown ? untried.findings : [])],
    },
  ];
}

/** To copy, all the same. */
function listUntried({ callbacks, logoutUrls, webOrigins }: Addresses): Finding[] {
  const uses = new Map<string, string[]>();
  const add = (use: string, list: readonly Address[]) => {
    for (const { url } of list) uses.set(url, [...(uses.get(url) ?? []), use]);
  };
  const needed = (list: readonly Address[]) => list.filter(({ isOptional }) => !isOptional);
  add('callback URL', needed(callbacks));
  add('logout URL', needed(logoutUrls));
  add('web origin', webOrigins);
  const urlsByUse = new Map<string, string[]>();
  for (const [url, names] of uses) urlsByUse.set(listOf(names), [...(urlsByUse.get(listOf(names)) ?? []), url]);
  return [...urlsByUse].map(([use, urls]) =>
    doubtful(
      'addresses-untried',
      `What the app uses as ${use} was not tried.`,
      'The tenant has to know it, letter for letter:',
      ...urls,
    ),
  );
}

const kindNames: Readonly<Record<AppKind, string>> = {
  expo: 'an Expo app',
  'react-native': 'a React Native app without Expo',
  electron: 'an Electron app',
  next: 'a Next.js app',
  browser: 'an app for browsers',
  node: 'a program for Node',
};

function describe(app: App | undefined, { domain, clientId, audience }: Settings): string[] {
  const of = (what: string, setting: Setting | undefined) =>
    setting ? [`${what.padEnd(7)} ${setting.value} (${setting.source})`] : [];
  return [
    ...(app
      ? [
          `App     ${app.name ? `${app.name}, ` : ''}${kindNames[app.kind]}${app.kind === 'browser' && app.bundler ? ` (${app.bundler.name})` : ''}`,
        ]
      : []),
    ...of('Tenant', domain),
    ...of('Client', clientId),
    ...of('API', audience),
  ];
}

/** 5 where nothing else is wrong than that the tenant could not be asked, so that a script tries again. */
function exitCodeFor(findings: ReturnType<typeof listFindings>): number {
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return exitCodes.ok;
  const isElsewhere = errors.every(({ code }) => code === 'tenant-unreachable' || code === 'tenant-trouble');
  return isElsewhere ? exitCodes.unreachable : exitCodes.failure;
}
