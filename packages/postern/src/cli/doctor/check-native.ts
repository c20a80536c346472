import { isPostern } from './check-packages.ts';
import { doubtful, type Finding, fine, listOf, wrong } from './finding.ts';
import { type NativeApp, nativeApps, schemeOf, systemNames } from './native-addresses.ts';
import type { App } from './read-app.ts';
import type { SourceFacts } from './read-sources.ts';

/** Which key of app.json holds the bundle identifier. */
const bundleKeys = { ios: 'ios.bundleIdentifier', android: 'android.package' } as const;

/**
 * @param callbacks Callback URLs that the person gave; their schemes take the place of the app's own.
 */
export function checkNative(app: App, { imports }: SourceFacts, callbacks: readonly string[]): Finding[] {
  const apps = nativeApps(app);
  if (apps.length === 0) return [];
  return [
    ...checkConfigFile(app),
    ...(callbacks.length > 0 ? [] : checkBundles(app, apps)),
    // The config plugin makes the scheme, as long as it is there.
    ...(hasPlugin(app) ? [] : checkSchemes(apps, callbacks)),
    ...checkLeftOvers(app),
    ...checkRouter(app),
    ...checkPolyfill(app, imports),
  ];
}

function checkConfigFile({ expo: { broken, code, config } }: App): Finding[] {
  const findings: Finding[] = [];
  if (broken)
    findings.push(wrong('file-broken', `${broken.file} cannot be read: ${broken.why}`, 'Mend it, and run this again.'));
  if (code)
    findings.push(
      doubtful(
        'app-config-is-code',
        `${code} is code, which was not run: ${config ? `only ${config.source} was looked at.` : 'scheme and bundle identifier are not known.'}`,
        'To look at what it comes to:',
        'npx expo config --json | npx postern doctor --app-config -',
      ),
    );
  return findings;
}

function checkBundles({ kind, expo }: App, apps: readonly NativeApp[]): Finding[] {
  const without = apps.filter(({ bundle }) => !bundle);
  // What code adds is not known.
  if (without.length === 0 || expo.broken || (expo.code && !expo.config?.isWhole)) return [];
  const on = listOf(without.map(({ system }) => systemNames[system]));
  if (kind === 'expo') {
    const keys = without.map(({ system }) => `"${bundleKeys[system]}"`);
    return [
      wrong(
        'bundle-identifier-missing',
        `${expo.config ? `${expo.config.source} has` : 'There is no app.json, and so'} no ${listOf(keys, 'and no')}: outside Expo Go a login on ${on} ends with NO_BUNDLE_IDENTIFIER.`,
        'Add, with a domain of yours in reverse:',
        ...without.map(({ system }) => `"${system}": { "${bundleKeys[system].split('.')[1]}": "com.example.app" }`),
      ),
    ];
  }
  return [
    doubtful(
      'bundle-identifier-missing',
      `The bundle identifier on ${on} was not found in ${listOf(without.map(({ system }) => `${system}/`))}: the callback URL is not known.`,
      'Give it, with the bundle identifier in lower case:',
      ...without.map(
        ({ system }) => `--redirect-uri com.example.app.auth0://{domain}/${system}/com.example.app/callback`,
      ),
    ),
  ];
}

interface Scheme {
  readonly name: string;
  readonly app: NativeApp;
}

function checkSchemes(apps: readonly NativeApp[], callbacks: readonly string[]): Finding[] {
  const given = callbacks.map((url) => url.split(':')[0] ?? '').filter((scheme) => !/^(https?|exps?)$/.test(scheme));
  const wanted = apps.flatMap((app): Scheme[] => {
    if (given.length > 0) return given.map((name) => ({ name, app }));
    return app.bundle ? [{ name: schemeOf(app.bundle), app }] : [];
  });
  // Nothing is expected of an app whose callbacks are web addresses.
  if (callbacks.length > 0 && given.length === 0) return [];
  const findings = [...checkUsable(wanted, given.length > 0), ...checkConfigured(wanted), ...checkBuilt(wanted)];
  const isJudged = wanted.some(({ app }) => app.config || app.project);
  if (findings.length > 0 || !isJudged) return findings;
  return [fine('scheme', `The app has the scheme ${listOf([...new Set(wanted.map(({ name }) => name))])}.`)];
}

/** RFC 3986 section 3.1; and systems that look for an app compare letter for letter with the lower case of a browser. */
function checkUsable(wanted: readonly Scheme[], areGiven: boolean): Finding[] {
  const findings: Finding[] = [];
  for (const { name, app } of wanted) {
    if (areGiven && name !== name.toLowerCase()) findings.push(upperCase(name, 'The callback URL'));
    if (!/^[a-z][a-z0-9+.-]*$/i.test(name))
      findings.push(
        wrong(
          'scheme-unusable',
          `${app.bundle ?? name} cannot be part of a scheme, which has letters, digits, "+", "-" and "." only: the callback ${name}://… is no URL.`,
          `Choose a scheme of your own: authorize({}, { customScheme: "${name.toLowerCase().replaceAll(/[^a-z0-9+.-]/g, '-')}" }), and the same in app.json and at the tenant.`,
        ),
      );
  }
  return unique(findings);
}

function checkConfigured(wanted: readonly Scheme[]): Finding[] {
  const findings: Finding[] = [];
  const configs = new Map(wanted.flatMap(({ app }) => (app.config ? [[app.config.source, app.config] as const] : [])));
  for (const config of configs.values()) {
    const all = [...new Set([...config.schemes.ios, ...config.schemes.android])];
    const isWanted = (scheme: string) => wanted.some(({ name }) => name.toLowerCase() === scheme.toLowerCase());
    for (const scheme of all)
      if (scheme !== scheme.toLowerCase() && isWanted(scheme)) findings.push(upperCase(scheme, config.source));
    const absent = wanted.filter(({ name, app }) => {
      // Expo makes a scheme of the bundle identifier by itself.
      const own = [...config.schemes[app.system], app.bundle ?? ''].map((scheme) => scheme.toLowerCase());
      return app.config === config && !own.includes(name.toLowerCase());
    });
    if (absent.length === 0 || !config.isWhole) continue;
    const names = [...new Set(absent.map(({ name }) => name.toLowerCase()))];
    const list = JSON.stringify([
      ...names,
      ...all.filter((scheme) => !names.includes(scheme.toLowerCase())),
    ]).replaceAll(',', ', ');
    const said =
      all.length === 0
        ? 'names no scheme'
        : `names the scheme ${listOf(all.map((one) => `"${one}"`))}, but not ${listOf(names.map((name) => `"${name}"`))}`;
    findings.push(
      wrong(
        'scheme-missing',
        `${config.source} ${said}: after the login the browser cannot come back to the app.`,
        'Put this in "expo", and build the app again. With a customScheme of your own, name its callback here by --redirect-uri.',
        `"scheme": ${list}`,
      ),
    );
  }
  return findings;
}

/** The native projects, where there are some: an app is built from them, whatever app.json says by now. */
function checkBuilt(wanted: readonly Scheme[]): Finding[] {
  return wanted.flatMap(({ name, app: { system, project, config } }) => {
    if (!project || project.schemes.includes(name)) return [];
    const isConfigured = config?.schemes[system].includes(name) ?? false;
    if (config && !isConfigured) return [];
    const wrongCase = project.schemes.find((scheme) => scheme.toLowerCase() === name.toLowerCase());
    if (wrongCase) return [upperCase(wrongCase, project.file)];
    // What is put together at build time, or taken from a resource, was not understood.
    if (project.schemes.some((scheme) => /[$@]/.test(scheme))) return [];
    const message = `${project.file} does not have the scheme ${name}${isConfigured ? `, though ${config?.source} does` : ''}: after the login the browser cannot come back to the app.`;
    const [remedy, copy] = isConfigured
      ? ['Make the native projects anew:', 'npx expo prebuild']
      : system === 'android'
        ? ['Add to the activity MainActivity:', intentFilter(name)]
        : ['Add to CFBundleURLSchemes (in Xcode: Info, URL Types):', `<string>${name}</string>`];
    return [wrong('scheme-missing', message, remedy, copy)];
  });
}

const intentFilter = (scheme: string) =>
  `<intent-filter><action android:name="android.intent.action.VIEW" /><category android:name="android.intent.category.DEFAULT" /><category android:name="android.intent.category.BROWSABLE" /><data android:scheme="${scheme}" /></intent-filter>`;

const upperCase = (scheme: string, where: string): Finding =>
  wrong(
    'scheme-case',
    `${where} has the scheme "${scheme}" in upper case: browsers open it in lower case, and Android finds no app for that.`,
    `Write "${scheme.toLowerCase()}".`,
  );

/** Whether react-native-auth0 itself still has a say in how the app is built. */
const hasPlugin = (app: App): boolean =>
  (app.expo.config?.plugins.includes('react-native-auth0') ?? false) &&
  app.packages.installed.has('react-native-auth0') &&
  !isPostern(app, 'react-native-auth0');

function checkLeftOvers(app: App): Finding[] {
  const findings: Finding[] = [];
  const { config } = app.expo;
  if (config?.plugins.includes('react-native-auth0')) {
    const message = `${config.source} still names the config plugin react-native-auth0`;
    findings.push(
      hasPlugin(app)
        ? doubtful(
            'plugin-left-over',
            `${message}: the build ends with an error once that package is gone.`,
            'Take it out of "plugins", and put the scheme it made into "scheme".',
          )
        : wrong(
            'plugin-left-over',
            `${message}, which is not installed: Expo ends with an error.`,
            'Take it out of "plugins", and put the scheme it made into "scheme".',
          ),
    );
  }
  const placeholders = app.native.android?.leftOver ?? [];
  if (placeholders.length > 0 && !app.packages.declared.has('react-native-auth0'))
    findings.push(
      doubtful(
        'placeholder-left-over',
        `android/app/build.gradle still has ${listOf(placeholders)}, which nothing reads without react-native-auth0.`,
        'Take it out of manifestPlaceholders; the scheme of the callback goes into AndroidManifest.xml.',
      ),
    );
  return findings;
}

function checkRouter({ packages, hasNativeIntent }: App): Finding[] {
  if (!packages.declared.has('expo-router') || hasNativeIntent) return [];
  return [
    doubtful(
      'native-intent-missing',
      'Expo Router takes the callback for a screen of the app, and shows "Unmatched Route" after the login.',
      'Add app/+native-intent.tsx, with isCallbackUrl of postern/expo.',
    ),
  ];
}

function checkPolyfill({ kind, packages }: App, imports: ReadonlySet<string>): Finding[] {
  if (kind !== 'react-native' || packages.declared.has('expo')) return [];
  if (imports.has('react-native-url-polyfill/auto') && packages.declared.has('react-native-url-polyfill')) return [];
  return [
    wrong(
      'url-polyfill-missing',
      "React Native's own URL ignores what is assigned to it: the client is not made (invalid_configuration).",
      "npm install react-native-url-polyfill, and import 'react-native-url-polyfill/auto' as the first line of index.js.",
    ),
  ];
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((one) => [one.message, one])).values()];
}
