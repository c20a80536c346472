// Bundles what an app would, from the built package, for size-limit to weigh: what a page loads to sign in (`react.js`,
// `core.js`), and that with every part that is loaded when first used (`*-whole.js`). React is the app's own.
import { mkdir, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const imports = {
  react: `export { Auth0Provider, useAuth0 } from 'postern';`,
  core: `export { Auth0 } from 'postern/core';`,
};

const directory = `${import.meta.dirname}/.size`;

async function bundle([name, contents]) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, sourcefile: `${name}.js` },
    outdir: `${directory}/${name}`,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['browser'],
    external: ['react', 'react/jsx-runtime'],
    metafile: true,
    write: false,
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [path.split('/').pop(), text]));
  const outputs = Object.entries(metafile.outputs).map(([path, output]) => [path.split('/').pop(), output]);
  const files = new Map(outputs);
  const entry = outputs.find(([, { entryPoint }]) => entryPoint?.endsWith(`${name}.js`) || entryPoint === '<stdin>');
  const atOnce = new Set();
  const visit = (file) => {
    if (atOnce.has(file) || !files.has(file)) return;
    atOnce.add(file);
    for (const { path, kind } of files.get(file).imports) if (kind === 'import-statement') visit(path.split('/').pop());
  };
  visit(entry[0]);
  await writeFile(`${directory}/${name}.js`, [...atOnce].map((file) => texts.get(file)).join('\n'));
  await writeFile(`${directory}/${name}-whole.js`, [...texts.values()].join('\n'));
}

await mkdir(directory, { recursive: true });
await Promise.all(Object.entries(imports).map(bundle));
