import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as postern from 'postern';
import { afterAll, describe, expect, it } from 'vitest';
import { compareExports } from './compare.ts';
import { typeExceptions } from './exceptions.ts';
import { methodsOfTheirHook, openProgram, ours, reference } from './program.ts';

const planted = (name: string) => fileURLToPath(new URL(`./planted/${name}.d.ts`, import.meta.url));
const program = openProgram([reference, ours, planted('theirs'), planted('ours')]);
afterAll(() => program.close());

describe('the types of react-native-auth0 5.11.1', () => {
  const theirs = program.exportsOf(reference);

  it('are all there: every export of it is one of ours', () => {
    expect(theirs.size).toBeGreaterThan(120);
    const mine = program.exportsOf(ours);
    expect([...theirs.keys()].filter((name) => !mine.has(name))).toEqual([]);
  });

  it('are assignable both ways, member by member and parameter by parameter, but for what is listed', () => {
    const listed = typeExceptions.flatMap(({ lines }) => lines);
    expect(compareExports(program, reference, ours)).toEqual([...listed].sort());
  });

  it('are those of a hook with 55 methods', () => {
    expect(methodsOfTheirHook()).toHaveLength(55);
  });

  it.each(typeExceptions)('docs/differences.md shows: $what', ({ what, theirs: a, ours: b, why }) => {
    const page = readFileSync(new URL('../../../../docs/differences.md', import.meta.url), 'utf8');
    expect(page).toContain(`| ${what} | ${a} | ${b} | ${why} |`);
  });

  it('names of version 6 are there', () => {
    const mine = program.exportsOf(ours);
    const later =
      'Auth0 Auth0Client IAuth0Client Auth0ContextInterface AuthState WebAuthProvider IWebAuthProvider CredentialsManager ICredentialsManager AuthenticationProvider IAuthenticationProvider MfaClient MyAccountClient IMyAccountClient PasswordlessClient IPasswordlessClient DPoPHeadersParameters Auth0ErrorCode WebAuthErrorCode CredentialsManagerErrorCode DPoPErrorCode MfaErrorCode PasskeyErrorCode';
    expect(later.split(' ').filter((name) => !mine.has(name))).toEqual([]);
  });
});

describe('the values of react-native-auth0 5.11.1', () => {
  const require = createRequire(import.meta.url);
  const theirs = require('react-native-auth0') as Record<string, unknown>;
  const mine = postern as Record<string, unknown>;

  it.each(Object.keys(theirs))('%s', (name) => {
    const [their, our] = [theirs[name], mine[name]];
    expect(typeof our).toBe(typeof their);
    // An enum of numbers also finds its names by number.
    if (typeof their === 'object')
      expect(our).toMatchObject(
        Object.fromEntries(Object.entries(their ?? {}).filter(([key]) => !/^-?\d+$/.test(key))),
      );
  });
});

it('known mismatches are found, so that a new one would be', () => {
  expect(compareExports(program, planted('theirs'), planted('ours'))).toEqual([
    'Client.fewer(1): missing',
    'Client.get().token: missing',
    'Client.get().until: missing',
    'Client.get(1): required',
    'Client.get(2): required',
    'Client.gone: missing',
    'Client.may(): may be absent',
    'Client.may(0): required',
    'Client.none(): may be absent',
    'Client.same(): ours → theirs',
    'Client.same(): theirs → ours',
    'Client.same(0): theirs → ours',
    'Forgotten: missing',
    'OnlyType: missing as a type',
    'Options.size: ours → theirs',
    'Options.size: theirs → ours',
    'Options: further keys',
    'Result.token: ours → theirs',
    'Result.token: theirs → ours',
    'Result.until: required',
    'typeof Codes.A: ours → theirs',
    'typeof Codes.A: theirs → ours',
    'typeof Codes.B: missing',
    'typeof Thing(0): ours → theirs',
    'typeof Thing(0): theirs → ours',
  ]);
});
