import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CredentialsManagerErrorCodes,
  credentialsManagerTypes,
  WebAuthErrorCodes,
  webAuthTypes,
} from '../../packages/postern/src/errors/codes.ts';
import { DPoPErrorCodes, dpopTypes } from '../../packages/postern/src/errors/dpop-codes.ts';
import { MfaErrorCodes, mfaTypes } from '../../packages/postern/src/errors/mfa-codes.ts';
import { MyAccountErrorCodes } from '../../packages/postern/src/errors/my-account-codes.ts';
import { PasskeyErrorCodes, passkeyTypes } from '../../packages/postern/src/errors/passkey-codes.ts';
import { filesBelow } from '../lib/links.mjs';
import { fromRoot } from '../lib/paths.mjs';
import * as guide from './error-guide.ts';

interface Family {
  readonly name: string;
  readonly of: string;
  readonly types: readonly string[];
  readonly codes: Readonly<Record<string, string>>;
  readonly advice: Readonly<Record<string, guide.Advice>>;
}

const families: readonly Family[] = [
  {
    name: 'WebAuthError',
    of: '`type` of what `authorize`, `clearSession`, `handleRedirectCallback` and `resumeSession` reject with.',
    types: Object.values(WebAuthErrorCodes),
    codes: webAuthTypes,
    advice: guide.webAuthAdvice,
  },
  {
    name: 'CredentialsManagerError',
    of: '`type` of what `getCredentials` and everything else on `credentialsManager` reject with.',
    types: Object.values(CredentialsManagerErrorCodes),
    codes: credentialsManagerTypes,
    advice: guide.credentialsManagerAdvice,
  },
  {
    name: 'MfaError',
    of: '`type` of what `mfa.*` rejects with.',
    types: Object.values(MfaErrorCodes),
    codes: mfaTypes,
    advice: guide.mfaAdvice,
  },
  {
    name: 'PasskeyError',
    of: '`type` of what the passkey methods reject with.',
    types: Object.values(PasskeyErrorCodes),
    codes: passkeyTypes,
    advice: guide.passkeyAdvice,
  },
  {
    name: 'DPoPError',
    of: '`type` of what `getDPoPHeaders` and `createFetch` reject with when a key or a proof fails.',
    types: Object.values(DPoPErrorCodes),
    codes: dpopTypes,
    advice: guide.dpopAdvice,
  },
  {
    name: 'MyAccountError',
    of: '`reason` of what `myAccount.*` rejects with; `type` is the API’s own URI.',
    types: Object.values(MyAccountErrorCodes),
    codes: {},
    advice: guide.myAccountAdvice,
  },
];

/** Codes that the sources of the SDK give an error by themselves. The doctor's are no errors: it writes what it found. */
const ownCodes = new Set(
  ['.ts', '.tsx'].flatMap((extension) =>
    filesBelow(fromRoot('packages/postern/src'), extension)
      .filter((file: string) => !file.includes('/cli/doctor/'))
      .flatMap((file: string) =>
        [...readFileSync(file, 'utf8').matchAll(/\bcode: '([\w.]+)'/g)].map((match) => match[1] ?? ''),
      ),
  ),
);

function pageOf({ name, of, types, codes, advice }: Family): string {
  const rows = types.map((type) => {
    const leading = Object.keys(codes).filter((code) => codes[code] === type && code !== type);
    const [cause, remedy] = advice[type] ?? ['', ''];
    return `| \`${type}\` | ${leading.map((code) => `\`${code}\``).join(', ')} | ${cause} | ${remedy} |`;
  });
  return [`## ${name}\n`, `${of}\n`, '| Type | Codes | Cause | Remedy |', '|---|---|---|---|', ...rows, ''].join('\n');
}

const introduction = `# Errors by code

Every failure is an \`AuthError\` with a stable \`code\`, and most have a \`type\`, one of a closed list. Branch on \`type\`, or on \`code\`
where there is none, never on \`message\`, which is the server's own text where there is one. \`cause\` is what was thrown below, and
\`status\` the answer's HTTP status. No error carries a token, a code or a password. "Codes" are the words of server and platform
that lead to the type; a code that is a type's own name leads there, too.

This page is written by \`scripts/test/documentation-errors.test.ts\`, which fails when it is out of date.
`;

const plain = [
  '## Errors without a type\n',
  '`code` of what `auth.*`, `createUser`, `passwordless.*` and `createFetch` reject with.\n',
  '| Code | Cause | Remedy |',
  '|---|---|---|',
  ...Object.entries(guide.plainAdvice).map(([code, [cause, remedy]]) => `| \`${code}\` | ${cause} | ${remedy} |`),
  '',
].join('\n');

describe('errors by code', () => {
  it.each(families)('$name: each type has its cause and remedy, and there is none too many', ({ types, advice }) => {
    expect(Object.keys(advice).sort()).toEqual([...types].sort());
    expect(Object.values(advice).flat()).not.toContain('');
  });

  it('knows each code that the SDK makes', () => {
    const known = new Set([
      ...families.flatMap(({ types, codes }) => [...types, ...Object.keys(codes)]),
      ...Object.keys(guide.plainAdvice),
    ]);
    expect(ownCodes.size).toBeGreaterThan(20);
    expect([...ownCodes].filter((code) => !known.has(code))).toEqual([]);
  });

  it('docs/errors.md is what the tables say', async () => {
    const page = [introduction, ...families.map(pageOf), plain].join('\n');
    await expect(page).toMatchFileSnapshot(join(fromRoot('docs'), 'errors.md'));
  });
});
