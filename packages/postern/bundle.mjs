import { build } from 'esbuild';

/**
 * Bundles what an app would import, for a browser; React is the app's own.
 *
 * @param {string} name
 * @param {string} contents the app's import, as source text
 * @param {import('esbuild').BuildOptions & { resolveDir?: string }} options `resolveDir`: where the app is, this folder if nowhere
 * @returns {Promise<Bundle>}
 *
 * @typedef {object} Bundle
 * @property {string} atOnce what a page loads to start
 * @property {string} whole that with every part that is loaded when first used
 * @property {readonly Part[]} parts those parts
 * @property {readonly string[]} filesAtOnce the source files that `atOnce` is made of, from the root of the workspace
 *
 * @typedef {object} Part
 * @property {string} name its file's, without folder and ending
 * @property {ReadonlyMap<string, string>} chunks the files a page loads for it, beyond those it loads to start, and what is in them
 * @property {readonly string[]} files the source files they are made of
 */
export async function bundleForBrowser(name, contents, { resolveDir = import.meta.dirname, ...options } = {}) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir, sourcefile: `${name}.js` },
    absWorkingDir: `${import.meta.dirname}/../..`,
    outdir: `${import.meta.dirname}/.size/${name}`,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['browser'],
    external: ['react', 'react/jsx-runtime', 'react-dom'],
    // The workspace's own `paths` lead to the sources: what an app gets is what is built.
    tsconfigRaw: '{}',
    metafile: true,
    write: false,
    ...options,
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [path.split('/').pop(), text]));
  const files = new Map(Object.entries(metafile.outputs).map(([path, output]) => [path.split('/').pop(), output]));
  const [entry] = [...files].find(
    ([, { entryPoint }]) => entryPoint?.endsWith(`${name}.js`) || entryPoint === '<stdin>',
  );

  /** A chunk and all that it imports, but for what is there already. */
  const withImports = (file, found = new Set(), there = new Set()) => {
    if (found.has(file) || there.has(file) || !files.has(file)) return found;
    found.add(file);
    for (const { path, kind } of files.get(file).imports)
      if (kind === 'import-statement') withImports(path.split('/').pop(), found, there);
    return found;
  };
  const textOf = (chunks) => [...chunks].map((file) => texts.get(file)).join('\n');
  const sourcesOf = (chunks) =>
    [...chunks].flatMap((file) =>
      Object.entries(files.get(file).inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    );

  const atOnce = withImports(entry);
  const parts = [...files]
    .filter(([file, { entryPoint }]) => entryPoint && file !== entry)
    .map(([file, { entryPoint }]) => {
      const chunks = withImports(file, new Set(), atOnce);
      return {
        name: entryPoint.split('/').pop().split('.')[0],
        chunks: new Map([...chunks].map((chunk) => [chunk, texts.get(chunk)])),
        files: sourcesOf(chunks),
      };
    });
  return {
    atOnce: textOf(atOnce),
    whole: textOf(texts.keys()),
    parts,
    filesAtOnce: sourcesOf(atOnce),
  };
}
