import { describe, expect, it } from 'vitest';
import { checkOutsideFile, checkSdkFile } from '../lib/import-rules.mjs';

describe('import direction of the SDK', () => {
  it.each([
    ['protocol/authorize.ts', "import { fetchJson } from '../http/send.ts';", 'protocol may not import http'],
    ['session/renewal.ts', "import { useAuth0 } from '../react/use-auth0.ts';", 'session may not import react'],
    ['http/send.ts', "import type { Session } from '../session/session.ts';", 'http may not import session'],
    ['react/provider.tsx', "export * from '../protocol/token.ts';", 'react may not import protocol'],
    [
      'platform/browser/storage.ts',
      "const s = await import('../../session/store.ts');",
      'platform may not import session',
    ],
    ['session/store.ts', "type B = import('../platform/browser/index.ts').Browser;", 'session may not import platform'],
    ['auth0.ts', "import { browser } from './platform/browser/index.ts';", 'auth0 may not import platform'],
    ['session/session.ts', "import { platform } from '#platform';", 'session may not import chosenPlatform'],
    ['errors/auth-error.ts', "import '../index.ts';", 'errors may not import entry'],
  ])('catches a planted violation in %s', (path, code, reason) => {
    const violations = checkSdkFile(path, `// first line\n${code}`);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`${path}:2`);
    expect(violations[0]).toContain(reason);
  });

  it.each([
    ['react/provider.tsx', "import { Auth0 } from '../auth0.ts'; import { useMemo } from 'react';"],
    [
      'session/renewal.ts',
      "import { token } from '../protocol/token.ts'; import type { Mutex } from '../platform/platform.ts';",
    ],
    ['platform/browser/storage.ts', "import type { Storage } from '../platform.ts';"],
    ['index.ts', "export * from './react/index.ts'; import './platform/browser/index.ts';"],
  ])('lets %s import downward', (path, code) => {
    expect(checkSdkFile(path, code)).toEqual([]);
  });

  it('refuses a folder that has no place among the layers', () => {
    expect(checkSdkFile('helpers/misc.ts', '')[0]).toContain('not a layer');
    expect(checkSdkFile('session/a.ts', "import '../helpers/misc.ts'")[0]).toContain('an unknown layer');
  });

  it('refuses the public name of the package inside itself', () => {
    expect(checkSdkFile('react/provider.tsx', "import { Auth0 } from 'postern';")).toHaveLength(1);
  });
});

describe('platform sniffing', () => {
  it.each([
    ['typeof window', "const isBrowser = typeof window !== 'undefined';"],
    ['a member of globalThis', 'const d = globalThis.document;'],
    ['a computed member of globalThis', "const d = globalThis['localStorage'];"],
    ['process.env', 'const debug = process.env.DEBUG;'],
    ['Platform.OS', "const ios = Platform.OS === 'ios';"],
    ['a module of one platform', "import { AppState } from 'react-native';"],
    ['a module of Node', "import { readFileSync } from 'node:fs';"],
    ['navigator', 'if (navigator.onLine) run();'],
    ['shorthand', 'const o = { localStorage };'],
  ])('catches %s', (_, code) => {
    expect(checkSdkFile('session/session.ts', code)).toHaveLength(1);
    expect(checkSdkFile('react/provider.tsx', code)).toHaveLength(1);
    expect(checkSdkFile('platform/browser/storage.ts', code)).toEqual([]);
  });

  it('is not fooled by names that only look alike', () => {
    const code = `
      interface Options { location: string; window: number }
      function open(location: string, { history }: { history: string[] }) {
        return { process: location, window: history.length, nested: ({} as { document: 1 }).document };
      }
      const shown = options.window;
    `;
    expect(checkSdkFile('session/session.ts', code)).toEqual([]);
  });
});

describe('the other packages', () => {
  it('reach each other by name', () => {
    expect(checkOutsideFile('apps/demo/src/app.tsx', "import { useAuth0 } from 'postern';")).toEqual([]);
    expect(
      checkOutsideFile('apps/demo/src/app.tsx', "import x from '../../../packages/postern/src/index.ts';"),
    ).toHaveLength(1);
    expect(checkOutsideFile('apps/demo/src/pages/a.tsx', "import x from '../../server/notes.ts';")).toEqual([]);
  });

  it('keep the SDK out of the tenant', () => {
    expect(checkOutsideFile('packages/tenant/src/server.ts', "import { Auth0 } from 'postern';")).toHaveLength(1);
  });
});
