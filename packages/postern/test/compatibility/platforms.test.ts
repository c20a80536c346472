import { describe, expect, it } from 'vitest';
import { createPlatform as createBrowserPlatform } from '../../src/platform/browser/index.ts';
import { createMemoryDevice, createMemoryTab } from '../../src/platform/memory/index.ts';
import { createNodePlatform } from '../../src/platform/node/index.ts';
import type { Platform } from '../../src/platform/platform.ts';
import { createPhone } from '../support/phone.ts';
import { bodyOf } from './body-of.ts';
import { type MethodRow, methodRows, type NamedTest } from './methods.ts';
import { meanings, type PlaceName, type Surroundings, shownIn, surroundingsOf } from './surroundings.ts';

/** What is said of a platform, and the tests that show it; without any: what it says of itself. */
interface Claim {
  readonly says: string;
  readonly tests?: readonly NamedTest[];
}

interface Column {
  readonly title: string;
  readonly place: PlaceName;
  /** As an app gets it: what the table says of modes, transfer and the prompt is asked of it. */
  readonly platform: Platform;
  readonly storage: Claim;
  readonly logins: Claim;
  readonly mutex: Claim;
  readonly channel: Claim;
  readonly keys: Claim;
  readonly random: Claim;
  readonly prompt: Claim;
  readonly contract: NamedTest;
}

const test = (file: string, title: string): NamedTest => ({ file: `packages/postern/test/${file}.test.ts`, title });
const inSdk = (file: string, title: string): NamedTest => ({ file: `e2e/sdk/${file}.test.ts`, title });
const claim = (says: string, ...tests: readonly NamedTest[]): Claim => ({ says, tests });
const none: Claim = { says: 'none' };
const held = test('platform-contract/contract', '%s: %s');
const ofDevice = claim('of the device', held);

const columns: readonly Column[] = [
  {
    title: 'Browser',
    place: 'browser',
    platform: createBrowserPlatform(),
    storage: claim(
      'memory; `localStorage` or IndexedDB by `cacheLocation`',
      inSdk('cold-start', 'S21: the default keeps tokens in memory; a reload asks the tenant in a silent iframe'),
      inSdk('cold-start', 'known failure 1d-39: survive a reload without a request or an iframe'),
    ),
    logins: claim('`sessionStorage` of the tab', inSdk('callback', 'two logins at once, in two tabs, both complete')),
    mutex: claim('Web Locks, across tabs', inSdk('user-agent', 'a lock of a closed tab is free for the next')),
    channel: claim(
      'BroadcastChannel',
      inSdk('sign-out', 'web peers 5, S19: signing out in one tab signs the others out'),
      inSdk('sign-out', 'S2, S36: no token, code or verifier is broadcast to other tabs'),
    ),
    keys: claim(
      'a key that cannot be exported, in IndexedDB',
      inSdk('dpop', 'S27: one ES256 key per client, in IndexedDB, that script cannot export; it survives a reload'),
    ),
    random: claim('Web Crypto', inSdk('platform-contract', '%s: %s')),
    prompt: none,
    contract: inSdk('platform-contract', '%s: %s'),
  },
  {
    title: 'React Native, Expo',
    place: 'phone',
    platform: createPhone('ios').start({ localAuthenticationOptions: { title: 'Unlock' } }),
    storage: claim(
      'expo-secure-store; memory if the app says so',
      test('expo/secure-storage', 'outlives the app, unless it says cacheLocation memory'),
    ),
    logins: claim(
      'expo-secure-store: they outlive the process',
      test('expo/login', 'resumeSession gives the credentials once, then null'),
    ),
    mutex: claim('in the app', test('expo/login', 'what one does the other knows: a login, a renewal, a sign-out')),
    channel: claim(
      'none beyond the app, which is one',
      test('expo/login', 'what one does the other knows: a login, a renewal, a sign-out'),
    ),
    keys: claim(
      'a JWK in expo-secure-store, in JavaScript’s memory while it is used',
      test('expo/login', 'takes a key for bound tokens along over a restart, for the headers of an API'),
    ),
    random: claim(
      'expo-crypto, or an error',
      test('expo/modules', 'expo-crypto: a login names it, and nothing is made up without it (never by Math.random)'),
    ),
    prompt: claim(
      '`localAuthenticationOptions`, by expo-local-authentication',
      test(
        'expo/local-authentication',
        'getCredentials, getApiCredentials and getSSOCredentials; not before hasValidCredentials, nor saving',
      ),
    ),
    contract: held,
  },
  {
    title: 'Node',
    place: 'node',
    platform: createNodePlatform({ keychain: 'off' }),
    storage: claim(
      'memory; with `createNodePlatform()` files of the user’s, encrypted by the keychain where there is one',
      test('platform-node/login', 'S35: in memory, nothing is written'),
      test('platform-node/storage', 'are there for the next process, each namespace for itself'),
      test('platform-node/storage', 'holds one key, and the files say nothing without it'),
    ),
    logins: claim(
      'memory: the callback comes to the process that waits',
      test(
        'platform-node/login',
        'clearSession opens the tenant’s logout in the browser, and forgets; no login waits for resumeSession',
      ),
    ),
    mutex: claim(
      'lock files, across processes',
      test(
        'platform-node/processes',
        'eight processes that ask at the end of a token make one refresh, and all get its token',
      ),
    ),
    channel: claim(
      'none: what is stored is read at each use',
      test(
        'platform-node/storage',
        'S19: a client asks what is stored at each use, since no other process tells it of a login, a renewal or a sign-out',
      ),
    ),
    keys: claim(
      'with the session',
      test('platform-node/storage', 'outlive the process, and cannot be taken out of it by script'),
    ),
    random: claim('Web Crypto', held),
    prompt: none,
    contract: held,
  },
  {
    title: 'Memory (tests)',
    place: 'memory',
    platform: createMemoryTab(createMemoryDevice(), { url: 'http://127.0.0.1/' }),
    storage: claim('of the device that the test holds', held),
    logins: ofDevice,
    mutex: ofDevice,
    channel: ofDevice,
    keys: ofDevice,
    random: claim('Web Crypto', held),
    prompt: none,
    contract: held,
  },
];

const modeNames = { redirect: 'the page itself goes', popup: 'a window', silent: 'hidden iframe' } as const;
/** Away from browsers the one mode there is shows the system's browser. */
const waysOf = ({ name, userAgent }: Platform) =>
  name === 'browser' || name === 'memory'
    ? userAgent.modes.map((mode) => modeNames[mode]).join(', ')
    : 'the system’s browser';

/** Cells that the platform itself says, read from it here. */
const asked = (says: string): Claim => ({ says });

const rows: readonly (readonly [string, (column: Column) => Claim])[] = [
  ['A login is shown in', ({ platform }) => asked(waysOf(platform))],
  ['Sessions are kept in', ({ storage }) => storage],
  ['Logins under way', ({ logins }) => logins],
  ['One renewal at a time', ({ mutex }) => mutex],
  ['Others are told', ({ channel }) => channel],
  ['The DPoP key', ({ keys }) => keys],
  ['Randomness', ({ random }) => random],
  ['Prompt before tokens are handed out', ({ prompt }) => prompt],
  ['Takes its session to the web', ({ platform }) => asked(platform.canTransferSession ? 'yes' : 'no: it is the web')],
  ['Held to the contract', ({ contract }) => claim('yes', contract)],
];

/** How a cell is shown, each way with a test that shows it. */
function waysShown(tests: readonly NamedTest[] | undefined, place: PlaceName): string {
  const links = shownIn({ tests: tests ?? [{ file: casesFile, title: '' }] }, place).map((how) => {
    const file = tests?.find((one) => surroundingsOf(one.file, place) === how)?.file ?? 'e2e/methods/cases';
    return `[${how}](../${file})`;
  });
  return links.join(', ');
}

const casesFile = 'e2e/methods/cases.ts';

describe('docs/platforms.md', () => {
  it.each(columns)('says of $title what its code says', ({ platform, prompt }) => {
    expect(platform.gate !== undefined).toBe(prompt.tests !== undefined);
    expect(platform.canTransferSession).toBe(platform.name !== 'browser');
    expect(platform.userAgent.modes.length).toBeGreaterThan(0);
  });

  it.each(columns)('says of $title nothing but what tests show on that platform', (column) => {
    const shown = { browser: ['Chromium'], phone: ['fakes'], node: ['Node, real'], memory: ['core'] };
    for (const [row, cell] of rows) {
      const { tests = [] } = cell(column);
      expect(tests.filter((one) => bodyOf(one) === '').map(({ title }) => title)).toEqual([]);
      for (const { file } of tests)
        expect([row, file, surroundingsOf(file, column.place)]).toEqual([row, file, ...shown[column.place]]);
    }
  });

  it('is up to date (write it anew with `vitest run --project postern compatibility -u`)', async () => {
    const cellOf = ({ says, tests }: Claim, place: PlaceName) =>
      tests === undefined ? says : `${says} (${waysShown(tests, place)})`;
    const table = [
      ['', ...columns.map(({ title }) => title)],
      Array.from({ length: columns.length + 1 }, () => '---'),
      ...rows.map(([title, cell]) => [title, ...columns.map((column) => cellOf(cell(column), column.place))]),
    ];
    const places = ['browser', 'phone', 'node'] as const;
    const placeOf = ({ browser, native, node }: MethodRow) => ({ browser, phone: native, node });
    const methods = methodRows.map((row) => [
      `\`${row.method}\``,
      ...places.map((place) => `${placeOf(row)[place].ours} (${waysShown(placeOf(row)[place].tests, place)})`),
    ]);
    const counts = places.map((place) => {
      const first = methodRows.map((row) => shownIn(placeOf(row)[place], place)[0]);
      const ways = (Object.keys(meanings) as Surroundings[]).map(
        (how) => [how, first.filter((one) => one === how).length] as const,
      );
      return ways
        .filter(([, count]) => count > 0)
        .map(([how, count]) => `${count} ${how}`)
        .join(', ');
    });
    const lines = (cells: readonly (readonly string[])[]) => cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
    const page = `# Platforms

One core, and what differs between platforms behind a few ports
([\`platform.ts\`](../packages/postern/src/platform/platform.ts)). Every platform passes the same tests of the ports' behaviour: the
contract.

## How each cell is shown

In brackets behind each cell, with a test of it: found from where that test is and from the modules it runs on, not written by hand.
Cells without brackets are read from the platform itself.

| | |
|---|---|
${Object.entries(meanings)
  .map(([how, meaning]) => `| ${how} | ${meaning} |`)
  .join('\n')}

No phone or simulator has shown anything of this. The ${methodRows.length} methods below are shown, by the strongest way each:
browser ${counts[0]}; iOS and Android ${counts[1]}; Node ${counts[2]}.

## What differs

${lines(table)}

## What no machine here could run

A phone's Keychain and Keystore, ASWebAuthenticationSession and Custom Tabs, and the prompts for faces and fingers: fakes made from
the published types stand in for them ([what no device has shown](react-native.md#what-no-device-has-shown)). The openers of macOS
and Windows, and their keychains: a keychain of memory stands in, and Linux's own is tried by \`npm run test:keychain\`. Electron.
Safari: \`npm run test:browsers\` tries its engine as Linux has it (WebKitGTK, which has no passkeys), and Firefox.

## Methods

By \`useAuth0()\`; [compatibility.md](compatibility.md) has their names on the class, each test by its title, and what
react-native-auth0 does there.

${lines([['Method', 'Browser', 'iOS, Android', 'Node'], Array.from({ length: 4 }, () => '---'), ...methods])}

This page is written by \`packages/postern/test/compatibility\`, which fails when it is out of date.
`;
    await expect(page).toMatchFileSnapshot('../../../../docs/platforms.md');
  });
});
