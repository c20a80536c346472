import { gzipSync } from 'node:zlib';
import { bundleForBrowser } from '../../packages/postern/bundle.mjs';
import { checkFeatures, features } from '../../packages/postern/features.mjs';
import { versionOf, writeResult } from '../lib/result.ts';
import { ratio } from '../lib/statistics.ts';

/** What a page loads with Postern and with the packages it stands in for, weighed the same way. */

/** Their web build: files that end in `.web.js` come first, and of React Native it asks next to nothing. */
const asWebApp = {
  resolveExtensions: ['.web.js', '.js', '.json'],
  alias: { 'react-native': `${import.meta.dirname}/no-react-native.mjs` },
};
const hook = 'provider and hook';
const client = 'the class';
const contenders = [
  { name: 'postern', what: hook, contents: `export { Auth0Provider, useAuth0 } from 'postern';` },
  {
    name: 'react-native-auth0',
    what: hook,
    contents: `export { Auth0Provider, useAuth0 } from 'react-native-auth0';`,
    options: asWebApp,
  },
  { name: '@auth0/auth0-react', what: hook, contents: `export { Auth0Provider, useAuth0 } from '@auth0/auth0-react';` },
  { name: 'postern', what: client, contents: `export { Auth0 } from 'postern/core';` },
  {
    name: 'react-native-auth0',
    what: client,
    contents: `export { default } from 'react-native-auth0';`,
    options: asWebApp,
  },
  { name: '@auth0/auth0-spa-js', what: client, contents: `export { Auth0Client } from '@auth0/auth0-spa-js';` },
];

/** What the first login loads: the answer of the login page is read, and its code exchanged. */
const loadedByLogin = ['login-part'];

const weigh = (text) => gzipSync(text, { level: 9 }).length;
/** Files that are loaded later are compressed each by itself. */
const weighEach = (chunks) => [...chunks.values()].reduce((sum, text) => sum + weigh(text), 0);
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

/** What the calls of lazily loaded methods cost an app that makes none: their names, and the doors to the parts. */
const withoutDoors = {
  name: 'without-doors',
  setup: ({ onLoad }) =>
    onLoad({ filter: /authentication\/lazy-api\.js$/ }, () => ({
      contents: 'export const createLazyApi = () => ({ auth: {}, exchanges: {}, client: {} });',
    })),
};

async function measure({ name, what, contents, options }, index) {
  const bundle = await bundleForBrowser(`bytes-${index}`, contents, { resolveDir: import.meta.dirname, ...options });
  const chunksOf = (parts) => new Map(parts.flatMap(({ chunks }) => [...chunks]));
  const ofLogin = chunksOf(bundle.parts.filter((part) => loadedByLogin.includes(part.name)));
  if (name === 'postern' && ofLogin.size === 0) throw new Error('The parts that a login loads have other names now.');
  const atOnce = weigh(bundle.atOnce);
  return {
    name,
    what,
    bundle,
    atOnce,
    login: atOnce + weighEach(ofLogin),
    whole: atOnce + weighEach(chunksOf(bundle.parts)),
  };
}

const measured = await Promise.all(contenders.map(measure));
const ours = (what) => measured.find((one) => one.name === 'postern' && one.what === what);
const { bundle } = ours(hook);
checkFeatures(bundle);

const contenderRows = measured.map((one) => {
  const beside = ours(one.what);
  const cell = (key) =>
    one === beside ? kilobytes(one[key]) : `${kilobytes(one[key])} (${ratio(one[key], beside[key], 1)})`;
  return [`\`${one.name}\`, ${one.what}`, cell('atOnce'), cell('login'), cell('whole')];
});

const featureRows = features.map(({ title, part, example }) => {
  const { chunks } = bundle.parts.find(({ name }) => name === part);
  return [title, `\`${example}\``, '0', kilobytes(weighEach(chunks))];
});
const dialogues = ['signUpWithPasskey', 'signInWithPasskey', 'addPasskey'];
const withDialogues = await bundleForBrowser(
  'bytes-dialogues',
  `export { Auth0Provider, useAuth0, ${dialogues.join(', ')} } from 'postern';`,
  { resolveDir: import.meta.dirname },
);
const bare = await bundleForBrowser('bytes-doors', contenders[0].contents, {
  resolveDir: import.meta.dirname,
  plugins: [withoutDoors],
});
const doors = weigh(bundle.atOnce) - weigh(bare.atOnce);

const postern = ours(hook);
const beside = measured.filter((one) => one.what === hook && one !== postern);
await writeResult('bytes', {
  title: 'Bytes',
  versions: Object.fromEntries(
    [...new Set(measured.map(({ name }) => name)), 'esbuild'].map((name) => [name, versionOf(name)]),
  ),
  reading: [
    `A page starts with ${kilobytes(postern.atOnce)} kB of Postern and has loaded ${kilobytes(postern.login)} kB once somebody has signed in; ${beside
      .map(
        (one) =>
          `with \`${one.name}\` it is ${kilobytes(one.atOnce)} kB from the start (${ratio(one.login, postern.login, 1)})`,
      )
      .join(', ')}.`,
    `Passkeys, MFA and My Account are not in what a page starts with. The names of their methods are: ${doors} bytes for all of them.`,
  ],
  charts: [
    {
      name: 'bytes',
      title: 'A page in which somebody has signed in, provider and hook',
      unit: 'kB',
      bars: [postern, ...beside].map((one) => ({
        label: `${one.name} ${versionOf(one.name)}`,
        value: Number(kilobytes(one.login)),
        ours: one === postern,
      })),
    },
  ],
  tables: [
    {
      caption: 'What a page loads, kB',
      columns: ['', 'To start', 'Once signed in', 'In all'],
      rows: contenderRows,
    },
    {
      caption: 'What a feature of `postern` costs, kB',
      columns: ['', 'For example', 'Unused', 'Loaded by its first use'],
      rows: [
        ...featureRows,
        [
          'The browser’s passkey dialogue, a plain import',
          `\`${dialogues[1]}()\``,
          '0',
          `${kilobytes(weigh(withDialogues.atOnce) - weigh(bundle.atOnce))}, at once`,
        ],
      ],
    },
  ],
  method: [
    'Bundled for a browser and minified by esbuild, split at `import()`, then gzip; kB of 1000 bytes. What a page starts with is compressed as one file, as a bundler for production makes one of it; each file that is loaded later by itself. React is not counted. Postern is weighed as it is built for npm, react-native-auth0 by its web build (files in `.web.js`, a stand-in of four names for React Native).',
    '“To start” is what the page needs before anything is shown, and all that a reload with a stored session needs while its tokens are fresh. “Once signed in” adds the parts that a login loads, or a renewal. “In all” has every part that some method loads. The others load all at once, so theirs is one figure. The ratio is theirs over ours. Postern’s figures include DPoP, as do those of `@auth0/auth0-spa-js` and what is built on it.',
  ],
});
