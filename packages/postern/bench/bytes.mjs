// `npm run bench:bytes`: what a page loads with Postern and with the packages it stands in for, weighed the same way in one
// run, written to docs/benchmarks.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { version as esbuildVersion } from 'esbuild';
import { bundleForBrowser } from '../bundle.mjs';

const require = createRequire(import.meta.url);
const versionOf = (name) => {
  const folder = require.resolve.paths(name).find((path) => existsSync(`${path}/${name}/package.json`));
  return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
};

/** Their web build: files that end in `.web.js` come first, and of React Native it asks next to nothing. */
const asWebApp = {
  resolveExtensions: ['.web.js', '.js', '.json'],
  alias: { 'react-native': `${import.meta.dirname}/no-react-native.mjs` },
};
const rows = [
  ['postern', 'provider and hook', `export { Auth0Provider, useAuth0 } from 'postern';`],
  [
    'react-native-auth0',
    'provider and hook',
    `export { Auth0Provider, useAuth0 } from 'react-native-auth0';`,
    asWebApp,
  ],
  ['postern', 'the class', `export { Auth0 } from 'postern/core';`],
  ['react-native-auth0', 'the class', `export { default } from 'react-native-auth0';`, asWebApp],
  ['@auth0/auth0-spa-js', 'the class', `export { Auth0Client } from '@auth0/auth0-spa-js';`],
];

const weigh = (text) => gzipSync(text, { level: 9 }).length;
const measured = await Promise.all(
  rows.map(async ([name, what, contents, options], index) => {
    const { atOnce, whole } = await bundleForBrowser(`bytes-${index}`, contents, options);
    return { name, what, version: versionOf(name), atOnce: weigh(atOnce), whole: weigh(whole) };
  }),
);
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const table = measured.map(({ name, what, version, atOnce, whole }) => {
  const ours = measured.find((one) => one.name === 'postern' && one.what === what);
  const ratio = name === 'postern' ? '' : `${(atOnce / ours.atOnce).toFixed(1)} / ${(whole / ours.whole).toFixed(1)}`;
  return `| \`${name}\` ${version}, ${what} | ${kilobytes(atOnce)} | ${kilobytes(whole)} | ${ratio} |`;
});

const page = `# Benchmarks

## Bytes

What a browser loads, bundled and minified by esbuild ${esbuildVersion}, gzip, React not counted, kB of 1000 bytes. “At once” is what a page needs to
sign in; “in all” has every part that is loaded when it is first used. The ratio is theirs over ours. Postern's figures include
DPoP. Measured on ${new Date().toISOString().slice(0, 10)}; written by \`npm run bench:bytes\`.

| | At once | In all | Ratio |
|---|---|---|---|
${table.join('\n')}

## The tenant

\`npm run bench:tenant\` prints its figures beside oauth2-mock-server and oidc-provider, as ratios of one run;
[tenant.md](tenant.md) tells of one.
`;
writeFileSync(new URL('../../../docs/benchmarks.md', import.meta.url), page);
console.log(page);
