import { doubtful, type Finding, listOf, wrong } from './finding.ts';
import type { App } from './read-app.ts';
import { type EnvFacts, findSetting, isSecret, prefixes, type Setting, type SettingName } from './read-settings.ts';
import type { SourceFacts } from './read-sources.ts';

/** Whom the app signs in at, as far as it can be known. */
export interface Settings {
  readonly domain?: Setting | undefined;
  readonly clientId?: Setting | undefined;
  readonly audience?: Setting | undefined;
}

export interface SettingSources {
  /** Of the command line. */
  readonly given: Settings;
  readonly environment: EnvFacts;
  readonly sources: SourceFacts;
  /** What `postern login` remembers: for programs without settings of their own. */
  readonly remembered: Settings;
  readonly app: App | undefined;
}

/** The command line, then variables, then the app's code, then what a login with this command remembered. */
export function findSettings({ given, environment, sources, remembered, app }: SettingSources): Settings {
  const [onlyClient, ...others] = sources.clients;
  const inCode: Settings = others.length === 0 ? { ...onlyClient } : {};
  const prefix = app?.bundler?.prefix ?? '';
  const find = (name: SettingName) =>
    given[name] ?? findSetting(environment.variables, name, prefix) ?? inCode[name] ?? remembered[name];
  const domain = find('domain');
  return { domain: domain && withoutUser(domain), clientId: find('clientId'), audience: find('audience') };
}

/** Addresses may have a password in them, which is shown to nobody. */
const withoutUser = (domain: Setting): Setting => ({
  ...domain,
  value: domain.value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1***@'),
});

export function checkSettings(from: SettingSources, settings: Settings): Finding[] {
  return [
    ...checkFiles(from),
    ...checkSecrets(from),
    ...checkPrefixes(from),
    ...checkMissing(from, settings),
    ...checkClientId(settings),
  ];
}

const checkFiles = ({ environment }: SettingSources): Finding[] =>
  environment.unreadable.map((file) =>
    wrong(
      'file-broken',
      `${file} is not in UTF-8, so that nothing in it is read. PowerShell’s ">" writes such files.`,
      'Save it as UTF-8.',
    ),
  );

/** What a bundler puts into a page is no secret any more. */
const checkSecrets = ({ environment }: SettingSources): Finding[] =>
  environment.variables
    .filter(({ name }) => isSecret(name) && prefixes.some((prefix) => name.startsWith(prefix)))
    .map(({ name, source }) =>
      wrong(
        'secret-exposed',
        `${nameIn(name, source)} goes into the app, where everybody can read it.`,
        'Remove it, and have the tenant make a new secret. An app that runs on the devices of people has none; the application at the tenant is a native or a single-page one.',
      ),
    );

function checkPrefixes({ environment, app, given }: SettingSources): Finding[] {
  const { bundler } = app ?? {};
  if (!bundler) return [];
  return (['domain', 'clientId'] as const).flatMap((setting) => {
    const found = findSetting(environment.variables, setting, bundler.prefix);
    if (!found || given[setting] || found.name.startsWith(bundler.prefix) || found.name.startsWith('POSTERN_'))
      return [];
    const bare = prefixes.reduce(
      (name, prefix) => (name.startsWith(prefix) ? name.slice(prefix.length) : name),
      found.name,
    );
    return doubtful(
      'env-prefix',
      `${nameIn(found.name, found.source)} does not reach the app: ${bundler.name} passes on names that begin with ${bundler.prefix}.`,
      `Call it ${bundler.prefix}${bare}, unless code of your own gives it to the app.`,
    );
  });
}

function checkMissing({ sources }: SettingSources, { domain, clientId }: Settings): Finding[] {
  if (domain && clientId) return [];
  const missing = [...(domain ? [] : ['--domain']), ...(clientId ? [] : ['--client-id'])].join(' and ');
  const places = sources.clients.map((one) => `${withoutUser(one.domain).value} in ${one.domain.source}`);
  if (places.length > 1)
    return [
      doubtful(
        'settings-ambiguous',
        `The app's code names several tenants or clients: ${listOf(places)}.`,
        `Say which one to look at: give ${missing}.`,
      ),
    ];
  const what = listOf([...(domain ? [] : ['domain']), ...(clientId ? [] : ['client ID'])]);
  return [
    doubtful(
      'settings-missing',
      `No ${what} was found, neither in variables (AUTH0_DOMAIN, AUTH0_CLIENT_ID) nor in the app's code: ${domain ? 'the client' : 'the tenant'} was not looked at.`,
      `Give ${missing}.`,
    ),
  ];
}

const noClientId = /[<>{}…\s]|\byour|your[-_]|client[-_]?id|change[-_ ]?me|x{4,}/i;

/** Whether it only stands for a client ID. */
export const isPlaceholder = ({ value }: Setting): boolean => noClientId.test(value);

function checkClientId({ clientId }: Settings): Finding[] {
  if (!clientId || !isPlaceholder(clientId)) return [];
  return [
    wrong(
      'client-id-placeholder',
      `${clientId.source} says the client ID is "${clientId.value}", which stands for one and is none.`,
      'Put in the client ID that the settings of the application at the tenant show.',
    ),
  ];
}

const nameIn = (name: string, source: string) =>
  source.includes(name) ? `The variable ${name}` : `${name} (${source})`;
