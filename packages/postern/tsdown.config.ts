import { defineConfig } from 'tsdown';

/** One build a platform, told apart by the conditions of package.json "exports"; `#platform` is settled here. */
const platforms = { browser: 'browser', node: 'node' } as const;

export default defineConfig(
  Object.entries(platforms).map(([name, platform]) => ({
    name,
    entry: ['src/index.ts', 'src/core.ts', ...(name === 'node' ? ['src/node.ts', 'src/cli/main.ts'] : [])],
    outDir: `dist/${name}`,
    platform,
    format: 'esm' as const,
    target: 'es2022',
    fixedExtension: false,
    // A file each keeps `'use client'` where it belongs, and stack traces and tree shaking plain.
    unbundle: true,
    alias: { '#platform': `${import.meta.dirname}/src/platform/${name}/index.ts` },
    tsconfig: 'tsconfig.build.json',
    dts: { sourcemap: true },
    // It is preserved: each file is a module of its own.
    inputOptions: { checks: { moduleLevelDirective: false } },
    sourcemap: true,
    clean: true,
  })),
);
