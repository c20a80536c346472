// Bundles what an app would, from the built package, for size-limit to weigh: what a page loads to sign in (`react.js`,
// `core.js`), and that with every part that is loaded when first used (`*-whole.js`). Fails when what only some apps use has come
// among the former.
import { mkdir, writeFile } from 'node:fs/promises';
import { bundleForBrowser } from './bundle.mjs';
import { checkFeatures } from './features.mjs';

const imports = {
  react: `export { Auth0Provider, useAuth0 } from 'postern';`,
  core: `export { Auth0 } from 'postern/core';`,
};

const directory = `${import.meta.dirname}/.size`;

await mkdir(directory, { recursive: true });
await Promise.all(
  Object.entries(imports).map(async ([name, contents]) => {
    const bundle = await bundleForBrowser(name, contents);
    checkFeatures(bundle);
    await writeFile(`${directory}/${name}.js`, bundle.atOnce);
    await writeFile(`${directory}/${name}-whole.js`, bundle.whole);
  }),
);
