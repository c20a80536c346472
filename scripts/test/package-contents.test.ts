import { describe, expect, it } from 'vitest';
import { faultsIn } from '../lib/package-contents.mjs';
import { typedEntries } from '../lib/package-entries.mjs';

const tarball = (...paths: string[]) => ({
  contents: paths.map((path) => ({ path, mode: 0o644 })),
  size: 1,
  unpackedSize: 1,
});

describe('what is in a tarball', () => {
  it('is a fault when nobody who installs it has a use for it', () => {
    for (const path of [
      'src/session.test.ts',
      'dist/tests/a.js',
      'tsdown.config.ts',
      '.size/core.js',
      'dist/.tsbuildinfo',
    ])
      expect(faultsIn('postern', tarball(path)).join('\n'), path).toContain(path);
  });

  it('is a fault when package.json names what is not there', () => {
    const faults = faultsIn('postern', tarball('README.md', 'LICENSE', 'package.json'));
    expect(faults).toContain('package.json names dist/esm/index.js, which is missing.');
    expect(faults).toContain('package.json names dist/cjs/browser/index.cjs, which is missing.');
    expect(faults.filter((fault) => !fault.startsWith('package.json names'))).toEqual([]);
    expect(faultsIn('tenant', tarball())).toEqual(
      expect.arrayContaining(['README.md is missing.', 'LICENSE is missing.', 'package.json is missing.']),
    );
  });

  it('is a fault when it is heavy, and when a command cannot be run', () => {
    expect(faultsIn('postern', { ...tarball(), size: 5_000_000 }).join('\n')).toContain('size is 5000 kB');
    expect(faultsIn('tenant', tarball('dist/cli.js'))).toContain('dist/cli.js cannot be run: its mode is 644.');
  });
});

it('finds every entry that has types', () => {
  const specifiers = typedEntries().map(({ specifier }) => specifier);
  for (const one of [
    'postern',
    'postern/core',
    'postern/node',
    'postern/testing',
    '@postern/tenant',
    '@postern/tenant/testing',
  ])
    expect(specifiers).toContain(one);
  expect(specifiers).not.toContain('postern/package.json');
});
