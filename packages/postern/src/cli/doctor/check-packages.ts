import { doubtful, type Finding, fine, listOf, wrong } from './finding.ts';
import type { App, AppKind } from './read-app.ts';
import { otherClients } from './read-app.ts';
import { ownPackage } from './read-packages.ts';
import { satisfies } from './third-party.ts';

/** Packages that a login cannot do without, by the kind of app. */
const needed: Readonly<Partial<Record<AppKind, readonly string[]>>> = {
  expo: ['expo-web-browser', 'expo-secure-store', 'expo-crypto', 'expo-application'],
  'react-native': ['expo-web-browser', 'expo-secure-store', 'expo-crypto', 'expo-application'],
};

/** @param version Of Node, without a "v". */
export function checkNode({ kind }: Pick<App, 'kind'>, version: string): Finding[] {
  const range = ownPackage.engines.node;
  if (accepts(version, range)) return [fine('node-version', `Node ${version}`)];
  const message = `This is Node ${version}; Postern wants ${range}.`;
  const remedy = 'Install a newer Node, or choose one with your version manager.';
  // In a browser and on a phone there is none: it builds the app, and runs a tenant.
  const runsInNode = kind === 'node' || kind === 'electron' || kind === 'next';
  return [runsInNode ? wrong('node-version', message, remedy) : doubtful('node-version', message, remedy)];
}

export function checkPackages(app: App): Finding[] {
  const { canSee } = app.packages;
  const findings = [...checkPostern(app), ...checkNeeded(app), ...checkVersions(app), ...checkOthers(app)];
  if (!canSee)
    findings.push(
      doubtful(
        'package-not-installed',
        'The app has its packages from Yarn Plug’n’Play, where their versions were not looked at.',
        `They have to be: ${listOf(Object.entries(ownPackage.peerDependencies).map(([name, range]) => `${name} ${range}`))}.`,
      ),
    );
  return findings;
}

function checkPostern(app: App): Finding[] {
  const { declared, installed, canSee } = app.packages;
  const name = posternName(app);
  if (!name && app.isWorkspace)
    return [
      wrong(
        'postern-missing',
        'This package.json holds the packages of a workspace together, and does not ask for postern itself.',
        'Run this in the folder of the app.',
      ),
    ];
  if (!name)
    return [wrong('postern-missing', 'The app does not have the package postern.', 'Add it:', 'npm install postern')];
  if (canSee && !installed.has(name))
    return [
      wrong(
        'package-not-installed',
        `package.json asks for ${name}, but it is not installed.`,
        'Install what it asks for:',
        'npm install',
      ),
    ];
  const version = installed.get(name)?.version ?? declared.get(name);
  return [fine('packages', name === 'postern' ? `postern ${version}` : `postern ${version}, under the name ${name}`)];
}

/** What the app calls Postern: "postern", or a name that an alias gives to it. */
function posternName({ packages: { declared, installed } }: App): string | undefined {
  if (declared.has('postern')) return 'postern';
  const isAlias = (name: string) =>
    installed.get(name)?.name === 'postern' || /^npm:postern(@|$)/.test(declared.get(name) ?? '');
  return [...declared.keys()].find(isAlias);
}

function checkNeeded(app: App): Finding[] {
  const names = needed[app.kind] ?? [];
  const missing = names.filter((name) => !app.packages.declared.has(name) && !app.packages.installed.has(name));
  if (missing.length === 0) return [];
  const are = missing.length === 1 ? 'is' : 'are';
  if (app.kind === 'expo')
    return [
      wrong(
        'package-missing',
        `${listOf(missing)} ${are} missing: a login ends with missing_native_module.`,
        'Add what is missing, and build the app again:',
        `npx expo install ${missing.join(' ')}`,
      ),
    ];
  return [
    doubtful(
      'package-missing',
      `${listOf(missing)} ${are} missing: a login ends with missing_native_module, unless you give modules of your own to createExpoPlatform.`,
      'Add Expo’s modules; the rest of Expo is not needed for them:',
      `npx install-expo-modules@latest && npx expo install ${missing.join(' ')}`,
    ),
  ];
}

/** What is declared has to be there, and of a version that Postern works with. */
function checkVersions(app: App): Finding[] {
  const { declared, installed, canSee } = app.packages;
  const findings: Finding[] = [];
  const well: string[] = [];
  for (const [name, range] of Object.entries(ownPackage.peerDependencies)) {
    if (!declared.has(name) && !(needed[app.kind] ?? []).includes(name)) continue;
    const version = installed.get(name)?.version;
    if (version === undefined) {
      if (declared.has(name) && canSee)
        findings.push(
          wrong(
            'package-not-installed',
            `package.json asks for ${name}, but it is not installed.`,
            'Install what it asks for:',
            'npm install',
          ),
        );
    } else if (accepts(version, range)) well.push(`${name} ${version}`);
    else
      findings.push(
        wrong(
          'package-version',
          `${name} ${version} is installed; Postern works with ${range}.`,
          'Upgrade it:',
          upgradeCommand(app, name),
        ),
      );
  }
  return well.length > 0 ? [...findings, fine('packages', listOf(well))] : findings;
}

/** Two that keep sessions know nothing of each other's. */
function checkOthers(app: App): Finding[] {
  const { declared, installed } = app.packages;
  const found = otherClients.filter((name) => declared.has(name) && !isPostern(app, name));
  return found.map((name) =>
    doubtful(
      'other-package',
      `${name} ${installed.get(name)?.version ?? declared.get(name)} is still there beside postern: each keeps a session of its own, and a sign-out of one leaves the other signed in.`,
      'When nothing imports it any more:',
      `npm uninstall ${name}`,
    ),
  );
}

export const isPostern = (app: App, name: string): boolean =>
  app.packages.installed.get(name)?.name === 'postern' ||
  /^npm:postern(@|$)/.test(app.packages.declared.get(name) ?? '');

/** Expo chooses versions that go with its own. */
const upgradeCommand = ({ kind }: App, name: string) =>
  kind !== 'expo' || name === '@napi-rs/keyring'
    ? `npm install ${name}@latest`
    : name === 'expo'
      ? 'npx expo install expo@latest --fix'
      : `npx expo install ${name}`;

/** A version before a release counts as of that release: canaries of Expo, release candidates. */
const accepts = (version: string, range: string) => satisfies(version, range, { includePrerelease: true });
