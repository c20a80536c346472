import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const source = join(import.meta.dirname, '../src');

/** What an example may take for granted: the package, and the values a reader has at that point. */
const given = `
import {
  addPasskey, Auth0, Auth0Provider, createAuth0Context, createFetch, isAuthError, isDPoPError, parseIdToken, passwordRulesOf,
  safeReturnTo, sessionTransferCookie, sessionTransferUrl, signInWithPasskey, signUpWithPasskey, useAuth0, type Credentials, type SessionTransferCredentials, type User,
} from 'postern';
import { Auth0TestProvider, createScriptedUserAgent, createTestClient } from 'postern/testing';
import type { TestTenant, TestUser } from '@postern/tenant/testing';
declare const auth0: Auth0;
declare const credentials: Credentials;
declare const transfer: SessionTransferCredentials;
declare const error: unknown;
declare const user: User | null;
declare const App: () => null;
declare const tenant: TestTenant;
declare const ann: TestUser;
declare const render: (tree: unknown) => void;
declare const router: { replace: (path: string) => void };
declare const openBrowser: (url: string) => void;
${['code', 'mfaToken', 'password', 'redirectUri', 'subjectToken', 'token', 'url', 'username', 'verifier']
  .map((name) => `declare const ${name}: string;`)
  .join('\n')}
`;

/** The `@example` blocks of a file's doc comments. */
function examplesOf(text: string): { line: number; code: string }[] {
  return [...text.matchAll(/^[ \t]*\* @example\n((?:[ \t]*\*(?!\/| @).*\n)+)/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length + 1,
    code: (match[1] ?? '').replace(/^[ \t]*\* ?/gm, ''),
  }));
}

const directory = join(root, 'node_modules/.cache/postern/doc-comments');
beforeAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
});

it('examples in doc comments compile', async () => {
  const files = (await readdir(source, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
  let count = 0;
  for (const file of files) {
    for (const { line, code } of examplesOf(await readFile(join(source, file), 'utf8'))) {
      // For those who write tests of this package: its ports are not in the reach of an app.
      if (file.startsWith('platform/')) continue;
      count++;
      const body = code.replace(/^(<[\s\S]*>)$/m, 'const shown = ($1);');
      const name = `${file.replace(/[/.]/g, '-')}-line-${line}.tsx`;
      await writeFile(join(directory, name), `${given}\nexport async function example() {\n${body}\n}\n`);
    }
  }
  expect(count).toBeGreaterThan(15);
  await writeFile(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noUnusedLocals: false },
      include: ['*.tsx'],
      exclude: [],
    }),
  );
  const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', directory]).catch(
    (failed: { stdout: string }) => failed,
  );
  expect(stdout).toBe('');
}, 120_000);

it.each(['client', 'mfa', 'my-account', 'passwordless', 'users'])(
  'each method in types/%s.ts is documented: errors and an example',
  async (name) => {
    const text = await readFile(join(source, 'types', `${name}.ts`), 'utf8');
    const methods = [...text.matchAll(/(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)?\n {2}(\w+): \([\s\S]*?\) =>/g)];
    expect(methods.length).toBeGreaterThan(1);
    const lacking = methods.flatMap(([, comment = '', method]) => {
      if (comment.includes('@deprecated')) return [];
      const lacks = comment.includes('@example') ? [] : [`${method}: an example`];
      return /@throws|No network|Never rejects/.test(comment) ? lacks : [...lacks, `${method}: errors`];
    });
    expect(lacking).toEqual([]);
  },
);
