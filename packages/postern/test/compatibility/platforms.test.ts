import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createPlatform as createBrowserPlatform } from '../../src/platform/browser/index.ts';
import { createMemoryDevice, createMemoryTab } from '../../src/platform/memory/index.ts';
import { createNodePlatform } from '../../src/platform/node/index.ts';
import type { Platform } from '../../src/platform/platform.ts';
import { createPhone } from '../support/phone.ts';
import { methodRows } from './methods.ts';

const root = new URL('../../../../', import.meta.url);

interface Column {
  readonly title: string;
  /** As an app gets it: what the table says of modes and transfer is asked of it. */
  readonly platform: Platform;
  readonly storage: string;
  readonly logins: string;
  readonly mutex: string;
  readonly channel: string;
  readonly keys: string;
  readonly random: string;
  readonly prompt: string;
  /** Where it is held to the contract of the ports. */
  readonly contract: string;
}

const contract = 'packages/postern/test/platform-contract/contract.test.ts';
const columns: readonly Column[] = [
  {
    title: 'Browser',
    platform: createBrowserPlatform(),
    storage: 'memory; `localStorage` or IndexedDB by `cacheLocation`',
    logins: '`sessionStorage` of the tab',
    mutex: 'Web Locks, across tabs',
    channel: 'BroadcastChannel',
    keys: 'a key that cannot be exported, in IndexedDB',
    random: 'Web Crypto',
    prompt: 'none',
    contract: 'e2e/sdk/platform-contract.test.ts',
  },
  {
    title: 'React Native, Expo',
    platform: createPhone('ios').start({ localAuthenticationOptions: { title: 'Unlock' } }),
    storage: 'expo-secure-store; memory if the app says so',
    logins: 'expo-secure-store: they outlive the process',
    mutex: 'in the app',
    channel: 'the other clients of the app',
    keys: 'a JWK in expo-secure-store, in JavaScript’s memory while it is used',
    random: 'expo-crypto, or an error',
    prompt: '`localAuthenticationOptions`, by expo-local-authentication',
    contract,
  },
  {
    title: 'Node',
    platform: createNodePlatform({ keychain: 'off' }),
    storage: 'memory; with `createNodePlatform()` files of the user’s, encrypted by the keychain where there is one',
    logins: 'memory: the callback comes to the process that waits',
    mutex: 'lock files, across processes',
    channel: 'none: what is stored is read at each use',
    keys: 'with the session',
    random: 'Web Crypto',
    prompt: 'none',
    contract,
  },
  {
    title: 'Memory (tests)',
    platform: createMemoryTab(createMemoryDevice(), { url: 'http://127.0.0.1/' }),
    storage: 'of the device that the test holds',
    logins: 'of the device',
    mutex: 'of the device',
    channel: 'of the device',
    keys: 'of the device',
    random: 'Web Crypto',
    prompt: 'none',
    contract,
  },
];

const modeNames = { redirect: 'the page itself goes', popup: 'a window', silent: 'hidden iframe' } as const;
/** Away from browsers the one mode there is shows the system's browser. */
const waysOf = ({ name, userAgent }: Platform) =>
  name === 'browser' || name === 'memory'
    ? userAgent.modes.map((mode) => modeNames[mode]).join(', ')
    : 'the system’s browser';

const rows: readonly (readonly [string, (column: Column) => string])[] = [
  ['A login is shown in', ({ platform }) => waysOf(platform)],
  ['Sessions are kept in', ({ storage }) => storage],
  ['Logins under way', ({ logins }) => logins],
  ['One renewal at a time', ({ mutex }) => mutex],
  ['Others are told', ({ channel }) => channel],
  ['The DPoP key', ({ keys }) => keys],
  ['Randomness', ({ random }) => random],
  ['Prompt before tokens are handed out', ({ prompt }) => prompt],
  ['Takes its session to the web', ({ platform }) => (platform.canTransferSession ? 'yes' : 'no: it is the web')],
  ['Held to the contract by', ({ contract: file }) => `[${file.split('/').at(-1)}](../${file})`],
];

describe('docs/platforms.md', () => {
  it.each(columns)('says of $title what its code says', ({ platform, prompt, contract: file }) => {
    expect(platform.gate !== undefined).toBe(prompt !== 'none');
    expect(platform.canTransferSession).toBe(platform.name !== 'browser');
    expect(platform.userAgent.modes.length).toBeGreaterThan(0);
    expect(existsSync(fileURLToPath(new URL(file, root)))).toBe(true);
  });

  it('is up to date (write it anew with `vitest run --project postern compatibility -u`)', async () => {
    const table = [
      ['', ...columns.map(({ title }) => title)],
      Array.from({ length: columns.length + 1 }, () => '---'),
      ...rows.map(([title, cell]) => [title, ...columns.map(cell)]),
    ];
    const methods = methodRows.map(({ method, byClass, browser, native, node }) => [
      `\`${method}\``,
      `\`${byClass}\``,
      browser.ours,
      native.ours,
      node.ours,
    ]);
    const lines = (cells: readonly (readonly string[])[]) => cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
    const page = `# Platforms

One core, and what differs between platforms behind a few ports
([\`platform.ts\`](../packages/postern/src/platform/platform.ts)). Every platform passes the same tests of the ports' behaviour: the
contract.

${lines(table)}

## What no machine here could run

A phone's Keychain and Keystore, ASWebAuthenticationSession and Custom Tabs, and the prompts for faces and fingers: fakes made from
the published types stand in for them ([what no device has shown](react-native.md#what-no-device-has-shown)). The openers of macOS
and Windows, and their keychains: a keychain of memory stands in, and Linux's own is tried by \`npm run test:keychain\`. Electron.
Firefox and Safari.

## Methods

By \`useAuth0()\` and on the class. [compatibility.md](compatibility.md) has the test that shows each cell, and what react-native-auth0
does there.

${lines([['Hook', 'Class', 'Browser', 'iOS, Android', 'Node'], Array.from({ length: 5 }, () => '---'), ...methods])}

This page is written by \`packages/postern/test/compatibility\`, which fails when it is out of date.
`;
    await expect(page).toMatchFileSnapshot('../../../../docs/platforms.md');
  });
});
