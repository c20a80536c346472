import { build } from 'esbuild';

/**
 * Bundles what an app would import, for a browser; React is the app's own.
 *
 * @param {string} name
 * @param {string} contents the app's import, as source text
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<{ atOnce: string, whole: string }>} what a page loads to start, and that with every part that is loaded
 * when first used
 */
export async function bundleForBrowser(name, contents, options = {}) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, sourcefile: `${name}.js` },
    outdir: `${import.meta.dirname}/.size/${name}`,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['browser'],
    external: ['react', 'react/jsx-runtime', 'react-dom'],
    metafile: true,
    write: false,
    ...options,
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
  return { atOnce: [...atOnce].map((file) => texts.get(file)).join('\n'), whole: [...texts.values()].join('\n') };
}
