// Bundles what an app would, from the built package, for size-limit to weigh. React is the app's own.
import { build } from 'esbuild';

const imports = {
  react: `export { Auth0Provider, useAuth0 } from 'postern';`,
  core: `export { Auth0 } from 'postern/core';`,
};

await Promise.all(
  Object.entries(imports).map(([name, contents]) =>
    build({
      stdin: { contents, resolveDir: import.meta.dirname },
      outfile: `${import.meta.dirname}/.size/${name}.js`,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      platform: 'browser',
      conditions: ['browser'],
      external: ['react', 'react/jsx-runtime'],
    }),
  ),
);
