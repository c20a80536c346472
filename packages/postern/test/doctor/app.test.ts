import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AppFiles, type ExamineOptions, examineApp, expoConfig, expoModules, removeApps } from './support.ts';

/** What is found without asking any tenant: each test plants one mistake. */

beforeAll(() => {
  // No profile of the person who runs the tests.
  vi.stubEnv('XDG_CONFIG_HOME', '/nowhere');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await removeApps();
});

const expoApp = (config: object = expoConfig, more: AppFiles = {}): AppFiles => ({
  ...more,
  packages: { ...expoModules, ...more.packages },
  files: { 'app.json': { expo: config }, ...more.files },
});
const web = { packages: { postern: '0.1.0', react: '19.3.1', vite: '8.3.8' } };
const tool = { packages: { postern: '0.1.0' } };

describe('the app', () => {
  it('is told by its packages', async () => {
    const kinds: readonly (readonly [string, string, Record<string, string>])[] = [
      ['expo', 'an Expo app', { expo: '57.0.0', 'react-native': '0.86.0', electron: '40.0.0' }],
      ['react-native', 'a React Native app without Expo', { 'react-native': '0.86.0', 'react-dom': '19.0.0' }],
      ['electron', 'an Electron app', { electron: '40.0.0', vite: '8.0.0' }],
      ['next', 'a Next.js app', { next: '16.0.0', 'react-dom': '19.0.0' }],
      ['browser', 'an app for browsers (Vite)', { vite: '8.0.0' }],
      ['browser', 'an app for browsers', { webpack: '5.0.0' }],
      ['node', 'a program for Node', { hono: '4.0.0' }],
    ];
    for (const [kind, words, packages] of kinds) {
      const { json, text } = await examineApp({ packages: { postern: '0.1.0', ...packages } });
      expect(json).toMatchObject({ app: { name: 'my-app', kind } });
      expect(text.split('\n')[0]).toBe(`App     my-app, ${words}`);
    }
  });

  it('has nothing wrong where nothing is', async () => {
    for (const app of [expoApp(), web, tool]) {
      const { codes, exitCode } = await examineApp(app);
      expect(codes('error')).toEqual([]);
      expect(exitCode).toBe(0);
    }
  });

  it('is not there without package.json, and not readable where that is broken', async () => {
    const none = await examineApp({ files: { 'package.json': '' } });
    expect(none.said('file-broken')).toEqual([
      'package.json cannot be read: it is empty.\nMend it, and run this again.',
    ]);
    const broken: readonly (readonly [string, string])[] = [
      ['{\n  "name": "a",\n}', 'line 3, column 1: expected double-quoted property name.'],
      ['{\n  "name": b\n}', 'line 2, column 11: unexpected "b".'],
      ['{\n  "name": "a"\n', "line 3, column 1: expected ',' or '}' after property value."],
      ['[]', 'it holds no object.'],
      // A byte order mark is none of its faults, and what a fault is beside is shown to nobody.
      ['\uFEFF{"a": 1}}', 'line 1, column 9: unexpected non-whitespace character after JSON.'],
      ['{\n  "token": /* npm */ "s3cret"\n}', 'unexpected "/".'],
      ['{ "s3cret": .5 }', 'unexpected ".".'],
      ['{ "a": \'s3cret\' }', 'unexpected "\'".'],
      ['{ "a": NaN }', 'unexpected "N".'],
    ];
    for (const [text, why] of broken) {
      const { said, exitCode } = await examineApp({ files: { 'package.json': text } });
      expect(said('file-broken')).toEqual([`package.json cannot be read: ${why}\nMend it, and run this again.`]);
      expect(exitCode).toBe(1);
    }
  });
});

describe('Node', () => {
  it('that is too old is wrong where the app runs in it, and doubtful where it only builds the app', async () => {
    const old = { nodeVersion: '20.20.2' };
    const words =
      'This is Node 20.20.2; Postern wants >=22.13.\nInstall a newer Node, or choose one with your version manager.';
    const program = await examineApp(tool, old);
    expect(program.said('node-version')).toEqual([words]);
    expect(program.codes('error')).toEqual(['node-version']);
    const page = await examineApp(web, old);
    expect(page.said('node-version')).toEqual([words]);
    expect(page.codes('error')).toEqual([]);
  });

  it('is new enough from 22.13 on, candidates included', async () => {
    for (const nodeVersion of ['22.13.0', '23.0.0', '24.0.0-nightly20250101'])
      expect((await examineApp(tool, { nodeVersion })).said('node-version')).toEqual([`Node ${nodeVersion}`]);
    for (const nodeVersion of ['22.12.0', '18.0.0'])
      expect((await examineApp(tool, { nodeVersion })).codes('error')).toEqual(['node-version']);
  });
});

describe('packages', () => {
  it('postern has to be there, by its name or another', async () => {
    expect((await examineApp({ packages: { hono: '4.0.0' } })).said('postern-missing')).toEqual([
      'The app does not have the package postern.\nAdd it:\nnpm install postern',
    ]);
    const alias = await examineApp({
      packages: { ...expoModules, postern: null },
      declared: { 'react-native-auth0': 'npm:postern@^0.1.0', postern: '' },
      files: { 'node_modules/react-native-auth0/package.json': { name: 'postern', version: '0.1.0' } },
    });
    expect(alias.codes('warning')).not.toContain('other-package');
    const renamed = await examineApp({
      declared: { 'react-native-auth0': 'npm:postern@^0.1.0' },
      files: { 'node_modules/react-native-auth0/package.json': { name: 'postern', version: '0.1.0' } },
    });
    expect(renamed.said('packages')).toEqual(['postern 0.1.0, under the name react-native-auth0']);
    expect(renamed.codes('error')).toEqual([]);
  });

  it('that package.json asks for have to be installed', async () => {
    for (const name of ['postern', 'react']) {
      const { said, exitCode } = await examineApp({ packages: { ...web.packages, [name]: null } });
      expect(said('package-not-installed')).toEqual([
        `package.json asks for ${name}, but it is not installed.\nInstall what it asks for:\nnpm install`,
      ]);
      expect(exitCode).toBe(1);
    }
  });

  it('may lie in a folder above, as in a workspace', async () => {
    const { examineFolder, makeApp } = await import('./support.ts');
    const root = await makeApp({
      packages: { postern: '0.1.0' },
      files: { 'apps/web/package.json': { name: 'web', dependencies: { postern: '*', vite: '*' } } },
    });
    expect((await examineFolder(`${root}/apps/web`)).said('packages')).toEqual(['postern 0.1.0']);
  });

  it('of a workspace are not missed in its folder, where no app is', async () => {
    const manifests = [
      { 'package.json': { workspaces: ['apps/*'] } },
      { 'package.json': { workspaces: { packages: ['apps/*'] } } },
      { 'package.json': {}, 'pnpm-workspace.yaml': 'packages: [apps/*]' },
    ];
    for (const files of manifests) {
      const { said, exitCode } = await examineApp({ files });
      expect(said('postern-missing')).toEqual([
        'This package.json holds the packages of a workspace together, and does not ask for postern itself.\nRun this in the folder of the app.',
      ]);
      expect(exitCode).toBe(1);
    }
    const own = { 'package.json': { workspaces: ['libs/*'], dependencies: { postern: '*', vite: '*' } } };
    expect((await examineApp({ files: own })).said('postern-missing')).toEqual([]);
  });

  it('are not looked for where Yarn keeps them out of sight', async () => {
    const app = { declared: { postern: '^0.1.0', react: '^19.0.0', vite: '^8.0.0' }, files: { '.pnp.cjs': '' } };
    const { said, codes } = await examineApp(app);
    expect(codes('error')).toEqual([]);
    expect(said('package-not-installed')[0]).toMatch(/^The app has its packages from Yarn Plug’n’Play, where/);
  });

  it('a native module that a login needs is missing', async () => {
    const { 'expo-crypto': _, 'expo-web-browser': __, ...rest } = expoModules;
    const { said } = await examineApp({ packages: rest, files: { 'app.json': { expo: expoConfig } } });
    expect(said('package-missing')).toEqual([
      'expo-web-browser and expo-crypto are missing: a login ends with missing_native_module.\nAdd what is missing, and build the app again:\nnpx expo install expo-web-browser expo-crypto',
    ]);
    const bare = await examineApp({
      packages: { postern: '0.1.0', 'react-native': '0.86.0', 'expo-crypto': '57.0.3' },
    });
    expect(bare.codes('error')).not.toContain('package-missing');
    expect(bare.said('package-missing')[0]).toContain(
      'expo-web-browser, expo-secure-store and expo-application are missing: a login ends with missing_native_module, unless you give modules of your own to createExpoPlatform.',
    );
  });

  it('of a version that Postern does not take are told with how to upgrade', async () => {
    const old: readonly (readonly [AppFiles, string, string, string])[] = [
      [
        web,
        'react',
        '17.0.2',
        'react 17.0.2 is installed; Postern works with >=18.\nUpgrade it:\nnpm install react@latest',
      ],
      [
        expoApp(),
        'expo',
        '52.0.0',
        'expo 52.0.0 is installed; Postern works with >=53.\nUpgrade it:\nnpx expo install expo@latest --fix',
      ],
      [
        expoApp(),
        'expo-secure-store',
        '13.0.2',
        'expo-secure-store 13.0.2 is installed; Postern works with >=14.\nUpgrade it:\nnpx expo install expo-secure-store',
      ],
      [
        expoApp(),
        'react-native',
        '0.77.1',
        'react-native 0.77.1 is installed; Postern works with >=0.78.\nUpgrade it:\nnpx expo install react-native',
      ],
    ];
    for (const [app, name, version, words] of old) {
      const { said, codes } = await examineApp({ ...app, packages: { ...app.packages, [name]: version } });
      expect(said('package-version')).toEqual([words]);
      expect(codes('error')).toEqual(['package-version']);
    }
    const canary = { ...expoModules, expo: '58.0.0-canary-20261101-abc', react: '19.3.0-rc.1' };
    expect((await examineApp(expoApp(expoConfig, { packages: canary }))).codes('error')).toEqual([]);
  });

  it('that keep sessions of their own are told, but what is Postern by another name is not', async () => {
    for (const name of ['react-native-auth0', '@auth0/auth0-react', '@auth0/auth0-spa-js']) {
      const { said, exitCode } = await examineApp({ packages: { ...web.packages, [name]: '2.27.0' } });
      expect(said('other-package')).toEqual([
        `${name} 2.27.0 is still there beside postern: each keeps a session of its own, and a sign-out of one leaves the other signed in.\nWhen nothing imports it any more:\nnpm uninstall ${name}`,
      ]);
      expect(exitCode).toBe(0);
    }
  });
});

describe('app.json', () => {
  const check = (config: object, more?: AppFiles, options?: ExamineOptions) =>
    examineApp(expoApp(config, more), options);

  it('names the scheme of the callback', async () => {
    expect((await check(expoConfig)).said('scheme')).toEqual(['The app has the scheme com.example.app.auth0.']);
    const { scheme: _, ...none } = expoConfig;
    expect((await check(none)).said('scheme-missing')).toEqual([
      'app.json names no scheme: after the login the browser cannot come back to the app.\nPut this in "expo", and build the app again. With a customScheme of your own, name its callback here by --redirect-uri.\n"scheme": ["com.example.app.auth0"]',
    ]);
    expect((await check({ ...expoConfig, scheme: 'myapp' })).said('scheme-missing')).toEqual([
      'app.json names the scheme "myapp", but not "com.example.app.auth0": after the login the browser cannot come back to the app.\nPut this in "expo", and build the app again. With a customScheme of your own, name its callback here by --redirect-uri.\n"scheme": ["com.example.app.auth0", "myapp"]',
    ]);
    const two = await check({ ...expoConfig, android: { package: 'com.example.other' } });
    expect(two.said('scheme-missing')[0]).toContain('"scheme": ["com.example.other.auth0", "com.example.app.auth0"]');
  });

  it('takes a scheme of one system, and one that is given by its callback', async () => {
    const { scheme: _, ...rest } = expoConfig;
    const apart = {
      ...rest,
      ios: { ...rest.ios, scheme: 'com.example.app.auth0' },
      android: { ...rest.android, scheme: ['com.example.app.auth0'] },
    };
    expect((await check(apart)).codes('error')).toEqual([]);
    const onlyIos = { ...apart, android: rest.android };
    expect((await check(onlyIos)).codes('error')).toEqual(['scheme-missing']);
    expect((await check({ ...onlyIos, platforms: ['ios'] })).codes('error')).toEqual([]);
    const native = {
      ...rest,
      ios: { ...rest.ios, infoPlist: { CFBundleURLTypes: [{ CFBundleURLSchemes: ['com.example.app.auth0'] }] } },
      android: {
        ...rest.android,
        intentFilters: [{ data: [{ scheme: 'com.example.app.auth0' }, { scheme: 'https' }] }],
      },
    };
    expect((await check(native)).codes('error')).toEqual([]);
    expect((await check({ ...native, ios: rest.ios })).codes('error')).toEqual(['scheme-missing']);
    const own = { args: '--redirect-uri myapp://tenant.example.org/callback' };
    expect((await check({ ...rest, scheme: 'myapp' }, {}, own)).codes('error')).toEqual([]);
    expect((await check({ ...rest, scheme: 'other' }, {}, own)).codes('error')).toEqual(['scheme-missing']);
    // The bundle identifier itself is a scheme that Expo makes.
    const legacy = { args: '--redirect-uri com.example.app://tenant.example.org/ios/com.example.app/callback' };
    expect((await check(rest, {}, legacy)).codes('error')).toEqual([]);
    // An app link has none.
    const link = { args: '--redirect-uri https://app.example.org/ios/callback' };
    expect((await check(rest, {}, link)).codes('error')).toEqual([]);
  });

  it('writes schemes in lower case, and the bundle identifier as it likes', async () => {
    expect((await check({ ...expoConfig, scheme: 'com.Example.App.auth0' })).said('scheme-case')).toEqual([
      'app.json has the scheme "com.Example.App.auth0" in upper case: browsers open it in lower case, and Android finds no app for that.\nWrite "com.example.app.auth0".',
    ]);
    const bundle = { ios: { bundleIdentifier: 'com.Example.App' }, android: { package: 'com.Example.App' } };
    const { codes, json } = await check({ ...expoConfig, ...bundle });
    expect(codes('error')).toEqual([]);
    expect((json as { callbacks: string[] }).callbacks.slice(0, 2)).toEqual([
      'com.example.app.auth0://{domain}/ios/com.example.app/callback',
      'com.example.app.auth0://{domain}/android/com.example.app/callback',
    ]);
  });

  it('a scheme for something else may be written as it likes', async () => {
    expect((await check({ ...expoConfig, scheme: ['com.example.app.auth0', 'Other'] })).codes('error')).toEqual([]);
  });

  it('a package name with "_" makes no scheme', async () => {
    const config = {
      ...expoConfig,
      scheme: ['com.example.app.auth0', 'com.my_app.auth0'],
      android: { package: 'com.my_app' },
    };
    const { said } = await check(config);
    expect(said('scheme-unusable')).toEqual([
      'com.my_app cannot be part of a scheme, which has letters, digits, "+", "-" and "." only: the callback com.my_app.auth0://… is no URL.\nChoose a scheme of your own: authorize({}, { customScheme: "com.my-app.auth0" }), and the same in app.json and at the tenant.',
    ]);
    expect(URL.canParse('com.my_app.auth0://tenant/android/com.my_app/callback')).toBe(false);
  });

  it('names the bundle identifiers', async () => {
    const { ios: _, ...noIos } = expoConfig;
    expect((await check(noIos)).said('bundle-identifier-missing')).toEqual([
      'app.json has no "ios.bundleIdentifier": outside Expo Go a login on iOS ends with NO_BUNDLE_IDENTIFIER.\nAdd, with a domain of yours in reverse:\n"ios": { "bundleIdentifier": "com.example.app" }',
    ]);
    expect((await check({ scheme: 'a.b.auth0', android: {} })).said('bundle-identifier-missing')).toEqual([
      'app.json has no "ios.bundleIdentifier" and no "android.package": outside Expo Go a login on iOS and Android ends with NO_BUNDLE_IDENTIFIER.\nAdd, with a domain of yours in reverse:\n"ios": { "bundleIdentifier": "com.example.app" }\n"android": { "package": "com.example.app" }',
    ]);
    expect((await check({ ...noIos, platforms: ['android'] })).codes('error')).toEqual([]);
    expect((await examineApp({ packages: expoModules })).said('bundle-identifier-missing')[0]).toMatch(
      /^There is no app.json, and so no "ios.bundleIdentifier" and no "android.package": outside/,
    );
  });

  it('may have comments, as Expo reads it; a mistake is told by its line', async () => {
    const commented = `{ // ours\n  "expo": ${JSON.stringify(expoConfig)}, }`;
    expect((await check({}, { files: { 'app.json': commented } })).codes('error')).toEqual([]);
    const broken = '{\n  "expo": {\n    "scheme": "a.b.auth0"\n    "ios": {}\n  }\n}';
    const { said, codes } = await check({}, { files: { 'app.json': broken } });
    expect(said('file-broken')).toEqual([
      "app.json cannot be read: line 4, column 5: unexpected '\"' (is a comma missing before it?).\nMend it, and run this again.",
    ]);
    expect(codes('error')).toEqual(['file-broken']);
  });

  it('that is code is not run, and what it may add is not missed', async () => {
    const files = { 'app.config.ts': 'throw new Error("It was run.");' };
    const words =
      'app.config.ts is code, which was not run: only app.json was looked at.\nTo look at what it comes to:\nnpx expo config --json | npx postern doctor --app-config -';
    const both = await check({ name: 'x' }, { files });
    expect(both.said('app-config-is-code')).toEqual([words]);
    expect(both.codes('error')).toEqual([]);
    const alone = await examineApp({ packages: expoModules, files });
    expect(alone.said('app-config-is-code')[0]).toContain('not run: scheme and bundle identifier are not known.');
    expect(alone.codes('error')).toEqual([]);
    // What is there is wrong all the same.
    expect((await check({ ...expoConfig, scheme: 'com.EXAMPLE.app.auth0' }, { files })).codes('error')).toEqual([
      'scheme-case',
    ]);
  });

  it('can be given as Expo prints it', async () => {
    const { examineFolder, makeApp } = await import('./support.ts');
    const folder = await makeApp({
      packages: expoModules,
      files: { 'app.config.ts': '', 'printed.json': { ...expoConfig, scheme: 'myapp' } },
    });
    const { said, codes } = await examineFolder(folder, { args: `--app-config ${folder}/printed.json` });
    expect(said('scheme-missing')[0]).toContain(`${folder}/printed.json names the scheme "myapp", but not`);
    expect(codes('warning')).not.toContain('app-config-is-code');
    const missing = await examineFolder(folder, { args: '--app-config /nowhere/at.json' });
    expect(missing.said('file-broken')[0]).toContain('/nowhere/at.json cannot be read: ENOENT');
  });

  it('has nothing left over of react-native-auth0', async () => {
    const plugins = [['react-native-auth0', { domain: 'a.eu.auth0.com' }], 'expo-router'];
    const gone = await check({ ...expoConfig, plugins });
    expect(gone.said('plugin-left-over')).toEqual([
      'app.json still names the config plugin react-native-auth0, which is not installed: Expo ends with an error.\nTake it out of "plugins", and put the scheme it made into "scheme".',
    ]);
    expect(gone.codes('error')).toEqual(['plugin-left-over']);
    const there = await check({ ...expoConfig, plugins }, { packages: { 'react-native-auth0': '5.11.1' } });
    expect(there.said('plugin-left-over')[0]).toContain('the build ends with an error once that package is gone.');
    expect(there.codes('error')).toEqual([]);
    // It makes the scheme as long as it is there.
    const { scheme: _, ...without } = { ...expoConfig, plugins };
    const made = await check(without, { packages: { 'react-native-auth0': '5.11.1' } });
    expect(made.codes('error')).toEqual([]);
    expect((await check(without)).codes('error')).toEqual(['scheme-missing', 'plugin-left-over']);
  });

  it('with Expo Router, a file keeps callbacks from it', async () => {
    const router = { packages: { 'expo-router': '57.0.0' } };
    expect((await check(expoConfig, router)).said('native-intent-missing')).toEqual([
      'Expo Router takes the callback for a screen of the app, and shows "Unmatched Route" after the login.\nAdd app/+native-intent.tsx, with isCallbackUrl of postern/expo.',
    ]);
    for (const path of ['app/+native-intent.tsx', 'src/app/+native-intent.ts'])
      expect((await check(expoConfig, { ...router, files: { [path]: '' } })).codes('warning')).not.toContain(
        'native-intent-missing',
      );
  });
});

describe('native projects', () => {
  const manifest = (...schemes: string[]) =>
    `<manifest><!-- <data android:scheme="com.example.app.auth0" /> --><activity>${schemes.map((scheme) => `<intent-filter><data android:scheme="${scheme}"/></intent-filter>`).join('')}</activity></manifest>`;
  const plist = (...schemes: string[]) =>
    `<plist><dict><key>CFBundleURLTypes</key><array><dict><key>CFBundleURLSchemes</key><array>${schemes.map((scheme) => `<string>${scheme}</string>`).join('\n')}</array></dict></array></dict></plist>`;
  const files = {
    'android/app/build.gradle': 'android { defaultConfig { applicationId "com.example.app" } }',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as Gradle writes it.
    'android/app/src/main/AndroidManifest.xml': manifest('${applicationId}.auth0'),
    'ios/App.xcodeproj/project.pbxproj':
      'PRODUCT_BUNDLE_IDENTIFIER = com.example.app.tests; PRODUCT_BUNDLE_IDENTIFIER = "com.example.app";',
    'ios/App/Info.plist': plist('$(PRODUCT_BUNDLE_IDENTIFIER).auth0'),
    'index.js': "import 'react-native-url-polyfill/auto';",
  };
  const { expo: _, ...modules } = expoModules;
  const bare = (more: Record<string, unknown> = {}, packages: Record<string, string> = {}): AppFiles => ({
    packages: { ...modules, 'react-native-url-polyfill': '4.0.0', ...packages },
    files: { ...files, ...more },
  });

  it('say scheme and bundle identifier of an app without Expo', async () => {
    const { codes, said, json } = await examineApp(bare());
    expect(codes('error')).toEqual([]);
    expect(said('scheme')).toEqual(['The app has the scheme com.example.app.auth0.']);
    expect(json).toMatchObject({
      callbacks: [
        'com.example.app.auth0://{domain}/ios/com.example.app/callback',
        'com.example.app.auth0://{domain}/android/com.example.app/callback',
      ],
    });
  });

  it('have to have the scheme, each', async () => {
    const android = await examineApp(bare({ 'android/app/src/main/AndroidManifest.xml': manifest('myapp') }));
    expect(android.said('scheme-missing')).toEqual([
      'android/app/src/main/AndroidManifest.xml does not have the scheme com.example.app.auth0: after the login the browser cannot come back to the app.\nAdd to the activity MainActivity:\n<intent-filter><action android:name="android.intent.action.VIEW" /><category android:name="android.intent.category.DEFAULT" /><category android:name="android.intent.category.BROWSABLE" /><data android:scheme="com.example.app.auth0" /></intent-filter>',
    ]);
    const ios = await examineApp(bare({ 'ios/App/Info.plist': plist('myapp') }));
    expect(ios.said('scheme-missing')).toEqual([
      'ios/App/Info.plist does not have the scheme com.example.app.auth0: after the login the browser cannot come back to the app.\nAdd to CFBundleURLSchemes (in Xcode: Info, URL Types):\n<string>com.example.app.auth0</string>',
    ]);
    const upper = await examineApp(bare({ 'ios/App/Info.plist': plist('com.Example.App.auth0') }));
    expect(upper.said('scheme-case')[0]).toContain('ios/App/Info.plist has the scheme "com.Example.App.auth0"');
    const computed = [
      { 'ios/App/Info.plist': plist('$(LOGIN_SCHEME)') },
      { 'android/app/src/main/AndroidManifest.xml': manifest('@string/login_scheme') },
    ];
    for (const files of computed) expect((await examineApp(bare(files))).codes('error')).toEqual([]);
  });

  it('that were made before app.json got its scheme are told', async () => {
    const stale = { ...files, 'android/app/src/main/AndroidManifest.xml': manifest('other') };
    const { said } = await examineApp(expoApp(expoConfig, { files: stale }));
    expect(said('scheme-missing')).toEqual([
      'android/app/src/main/AndroidManifest.xml does not have the scheme com.example.app.auth0, though app.json does: after the login the browser cannot come back to the app.\nMake the native projects anew:\nnpx expo prebuild',
    ]);
    // An app that only has Expo's modules names nothing in app.json, and nothing is missed there.
    expect((await examineApp(expoApp({ name: 'app' }, { files }))).codes('error')).toEqual([]);
  });

  it('a bundle identifier that nothing tells is asked for', async () => {
    const { said } = await examineApp(bare({ 'ios/App.xcodeproj/project.pbxproj': '' }));
    expect(said('bundle-identifier-missing')).toEqual([
      'The bundle identifier on iOS was not found in ios/: the callback URL is not known.\nGive it, with the bundle identifier in lower case:\n--redirect-uri com.example.app.auth0://{domain}/ios/com.example.app/callback',
    ]);
    const given = { args: '--redirect-uri com.example.app.auth0://t/ios/com.example.app/callback' };
    expect((await examineApp(bare({ 'ios/App.xcodeproj/project.pbxproj': '' }), given)).codes('warning')).not.toContain(
      'bundle-identifier-missing',
    );
  });

  it('without Expo, a whole URL is brought along and loaded', async () => {
    const words =
      "React Native's own URL ignores what is assigned to it: the client is not made (invalid_configuration).\nnpm install react-native-url-polyfill, and import 'react-native-url-polyfill/auto' as the first line of index.js.";
    expect((await examineApp(bare({ 'index.js': '' }))).said('url-polyfill-missing')).toEqual([words]);
    const { 'react-native-url-polyfill': __, ...packages } = bare().packages ?? {};
    expect((await examineApp({ ...bare(), packages })).said('url-polyfill-missing')).toEqual([words]);
    expect((await examineApp(expoApp())).said('url-polyfill-missing')).toEqual([]);
  });

  it('placeholders of react-native-auth0 are left over', async () => {
    const remark = '// applicationId "org.example.old"\n/* auth0Domain */ // auth0Scheme "http://x"\n';
    const well = await examineApp(bare({ 'android/app/build.gradle': remark + files['android/app/build.gradle'] }));
    expect([...well.codes('error'), ...well.codes('warning')]).not.toContain('placeholder-left-over');
    expect(well.said('scheme')).toEqual(['The app has the scheme com.example.app.auth0.']);
    const gradle = `${files['android/app/build.gradle']}\nmanifestPlaceholders = [auth0Domain: "a.eu.auth0.com", auth0Scheme: "x"]`;
    const { said } = await examineApp(bare({ 'android/app/build.gradle': gradle }));
    expect(said('placeholder-left-over')).toEqual([
      'android/app/build.gradle still has auth0Domain and auth0Scheme, which nothing reads without react-native-auth0.\nTake it out of manifestPlaceholders; the scheme of the callback goes into AndroidManifest.xml.',
    ]);
    const there = await examineApp(bare({ 'android/app/build.gradle': gradle }, { 'react-native-auth0': '5.11.1' }));
    expect(there.said('placeholder-left-over')).toEqual([]);
  });
});
