import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChecks } from './lib/checks.mjs';
import { checkOnHermes } from './lib/hermes-check.mjs';
import { bundle, compile, platforms, weigh } from './lib/metro.mjs';
import { ensureNativeApp } from './lib/native-apps.mjs';
import { fromRoot } from './lib/paths.mjs';
import { bold, runMain, say } from './lib/say.mjs';
import { setUp } from './setup.mjs';

/**
 * `npm run build:native`: production bundles of both native apps by Metro, compiled by Hermes, and what the SDK costs in them.
 * Heavy (three minutes, a gigabyte on the first run), and so no part of `npm test`. The budgets are in native-budgets.json.
 */

const budgets = JSON.parse(readFileSync(fromRoot('scripts/native-budgets.json'), 'utf8'));

const apps = {
  'expo-example': { entry: 'node_modules/expo-router/entry.js', base: `import 'expo';` },
  'react-native-bare': { entry: 'index.ts', base: `import 'react-native-url-polyfill/auto';` },
};

/** Only the SDK has this text: the type of a DPoP proof. */
const isInBundle = (text) => text.includes('dpop+jwt');

/** The least app there is, and the same with the SDK. Within the app's folder, so that Metro finds its packages. */
function writeCostEntries(folder, base) {
  const directory = join(folder, 'node_modules', '.cache', 'postern-cost');
  mkdirSync(directory, { recursive: true });
  const app = (root) =>
    `${base}
import { AppRegistry, Text } from 'react-native';
import { jsx } from 'react/jsx-runtime';
${root}
AppRegistry.registerComponent('Cost', () => Root);
`;
  const without = join(directory, 'without.js');
  const withSdk = join(directory, 'with.js');
  writeFileSync(without, app(`const Root = () => jsx(Text, { children: 'Hello' });`));
  writeFileSync(
    withSdk,
    app(`import { Auth0Provider, useAuth0 } from 'postern';
const Name = () => jsx(Text, { children: useAuth0().user?.name });
const Root = () => jsx(Auth0Provider, { domain: 'example.eu.auth0.com', clientId: 'cost', children: jsx(Name, {}) });`),
  );
  return { without, with: withSdk };
}

async function weighSdk(app, folder, platform) {
  const entries = writeCostEntries(folder, apps[app].base);
  const weights = {};
  for (const [name, entry] of Object.entries(entries)) {
    const out = join(folder, 'dist', 'cost', `${name}.${platform}.js`);
    await bundle(app, folder, { entry, platform, out });
    weights[name] = await weigh(folder, out);
  }
  const cost = Object.fromEntries(
    Object.keys(weights.with).map((kind) => [kind, weights.with[kind] - weights.without[kind]]),
  );
  return { ...weights, cost };
}

const kB = (bytes) => (bytes / 1000).toFixed(1);

function showTable(rows) {
  const lines = [
    ['app', 'platform', '', 'js kB', 'gzip kB', 'hbc kB'],
    ...rows.flatMap(({ app, platform, weights }) =>
      [
        ['without', weights.without],
        ['with', weights.with],
        ['SDK', weights.cost],
        ['budget', budgets[app]],
      ].map(([name, { js, gzip, hbc }]) => [app, platform, name, kB(js), kB(gzip), kB(hbc)]),
    ),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines)
    say(
      line.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  '),
    );
}

function holdToBudget(app, { cost }) {
  const over = Object.entries(budgets[app]).filter(([kind, budget]) => cost[kind] > budget);
  if (over.length > 0)
    throw new Error(over.map(([kind, budget]) => `  ${kind}: ${cost[kind]} bytes, ${budget} allowed`).join('\n'));
}

await runMain(async () => {
  await setUp();
  const { check, finish, add } = createChecks();
  const rows = [];
  for (const [app, { entry }] of Object.entries(apps)) {
    const { folder } = await ensureNativeApp(app);
    say(`\n${bold(`== apps/${app}`)}`);
    for (const platform of platforms) {
      const out = join(folder, 'dist', 'native', `${platform}.js`);
      const text = await check(`bundled for ${platform}`, async () => {
        const bundled = await bundle(app, folder, { entry, platform, out });
        if (!isInBundle(bundled)) throw new Error('  The bundle has no trace of the SDK.');
        return bundled;
      });
      if (text === undefined) continue;
      await check(`compiled for ${platform} by Hermes`, () => compile(folder, out));
      const weights = await check(`weighed on ${platform}`, () => weighSdk(app, folder, platform));
      if (!weights) continue;
      rows.push({ app, platform, weights });
      await check(`within the budget on ${platform}`, () => holdToBudget(app, weights));
    }
  }
  say(`\n${bold('== What the SDK costs in a bundle')}`);
  showTable(rows);
  say(`\n${bold('== The protocol on Hermes')}`);
  const { folder: bare } = await ensureNativeApp('react-native-bare');
  const bundleEntry = (entry, out) =>
    bundle('react-native-bare', bare, { entry, platform: 'android', out, config: 'hermes/metro.config.js' });
  await check('bundled the protocol', async () => add(await checkOnHermes(bare, bundleEntry)));
  finish();
});
