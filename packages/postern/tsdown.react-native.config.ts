import { defineConfig } from 'tsdown';

const expo = `${import.meta.dirname}/src/platform/expo`;

/**
 * React Native's build. CommonJS, and with its libraries inside: jest and Metro take it as it is (Metro shakes no trees, and
 * jest transforms nothing in node_modules). React Native's engine has neither `crypto` nor `CryptoKey`; ours are for this
 * package alone, and no global of the app's is touched.
 */
export default defineConfig({
  name: 'react-native',
  entry: ['src/index.ts', 'src/core.ts', 'src/expo.ts', 'src/testing.ts', 'src/testing-core.ts'],
  outDir: 'dist/react-native',
  platform: 'neutral',
  format: 'cjs',
  target: 'es2022',
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
  alias: { '#platform': `${expo}/index.ts` },
  deps: { alwaysBundle: ['oauth4webapi', 'micro-rsa-dsa-dh', /^@noble\//], neverBundle: [/^expo/, 'react-native'] },
  inputOptions: {
    checks: { moduleLevelDirective: false },
    transform: {
      inject: Object.fromEntries(
        ['crypto', 'CryptoKey', 'TextDecoder', 'atob', 'btoa'].map((name) => [
          name,
          [`${expo}/engine.ts`, name] as [string, string],
        ]),
      ),
    },
  },
  outputOptions: { exports: 'named' },
  plugins: [
    {
      name: 'commonjs-folder',
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' });
      },
    },
  ],
  tsconfig: 'tsconfig.build.json',
  dts: true,
  // Metro reads none, and they would weigh more than the code.
  sourcemap: false,
  clean: true,
});
