import { describe, expect, it } from 'vitest';
import { type PasswordPolicy, passwordPolicySchema } from '../src/config/schema.ts';
import { createPasswordHasher } from '../src/users/password-hasher.ts';
import {
  checkNewPassword,
  describePolicy,
  explainPasswordError,
  formatRule,
  measureStrength,
  nextPasswordHistory,
  type PasswordOwner,
} from '../src/users/password-policy.ts';

const policy = (input: Partial<PasswordPolicy> = {}) => passwordPolicySchema.parse(input);
const passwords = createPasswordHasher();
const check = (input: Partial<PasswordPolicy>, password: string, owner: PasswordOwner = {}) =>
  checkNewPassword(policy(input), password, owner, passwords);

describe('strength by level', () => {
  it.each([
    ['none', '', false],
    ['none', 'x', true],
    ['low', 'abcde', false],
    ['low', 'abcdef', true],
    ['fair', 'Abcdef1', false],
    ['fair', 'abcdefg1', false],
    ['fair', 'ABCDEFG1', false],
    ['fair', 'Abcdefgh', false],
    ['fair', 'Abcdefg1', true],
    ['good', 'Abcde1!', false],
    ['good', 'abcdefgh', false],
    ['good', 'abcdefg1', false],
    ['good', 'abcdefg1!', true],
    ['good', 'ABCDEFG1!', true],
    ['good', 'Abcdefg!', true],
    ['good', 'Ünïcödé1', true],
    ['good', 'abcdefgé', false],
    ['excellent', 'Abcdefg1!', false],
    ['excellent', 'Abcdefgh1!', true],
    ['excellent', 'Abcdefggg1!', false],
    ['excellent', 'Abcdefgg1!!', true],
    ['excellent', '   Abcdefg1', false],
  ] as const)('%s: %j is accepted: %s', (level, password, verified) => {
    expect(measureStrength(policy({ level }), password).verified).toBe(verified);
  });

  it('minLength overrides the length of the level, and nothing else', () => {
    const long = policy({ level: 'good', minLength: 12 });
    expect(measureStrength(long, 'Abcdefgh1!').verified).toBe(false);
    expect(measureStrength(long, 'Abcdefgh1!xy').verified).toBe(true);
    expect(measureStrength(long, 'abcdefghijkl').verified).toBe(false);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(measureStrength(policy({ level: 'low' }), '😀😀😀').verified).toBe(false);
    expect(measureStrength(policy({ level: 'low' }), '😀😀😀😀😀😀').verified).toBe(true);
  });

  it('refuses more than 72 bytes, at every level', () => {
    const most = `Ab1!${'x'.repeat(68)}`;
    expect(measureStrength(policy(), most).verified).toBe(true);
    expect(measureStrength(policy(), `${most}y`).verified).toBe(false);
    expect(measureStrength(policy({ level: 'none' }), '😀'.repeat(19)).verified).toBe(false);
  });
});

describe('the wire form', () => {
  it('a weak password gives a PasswordStrengthError with every rule and which were met', async () => {
    expect(await check({ level: 'excellent' }, 'aaa1')).toEqual({
      name: 'PasswordStrengthError',
      code: 'invalid_password',
      message: 'Password is too weak',
      statusCode: 400,
      policy: [
        '* At least 10 characters in length',
        '* Contain at least 3 of the following 4 types of characters:',
        '  * lower case letters (a-z)',
        '  * upper case letters (A-Z)',
        '  * numbers (i.e. 0-9)',
        '  * special characters (e.g. !@#$%^&*)',
        '* No more than 2 identical characters in a row (e.g., "aaa" not allowed)',
      ].join('\n'),
      description: {
        verified: false,
        rules: [
          { code: 'lengthAtLeast', message: 'At least %d characters in length', format: [10], verified: false },
          {
            code: 'containsAtLeast',
            message: 'Contain at least %d of the following %d types of characters:',
            format: [3, 4],
            verified: false,
            items: [
              { code: 'lowerCase', message: 'lower case letters (a-z)', verified: true },
              { code: 'upperCase', message: 'upper case letters (A-Z)', verified: false },
              { code: 'numbers', message: 'numbers (i.e. 0-9)', verified: true },
              { code: 'specialCharacters', message: 'special characters (e.g. !@#$%^&*)', verified: false },
            ],
          },
          {
            code: 'identicalChars',
            message: 'No more than %d identical characters in a row (e.g., "%s" not allowed)',
            format: [2, 'aaa'],
            verified: false,
          },
        ],
      },
    });
  });

  it('fair uses shouldContain, with items and without format', () => {
    const [, rule] = measureStrength(policy({ level: 'fair' }), 'abc').rules;
    expect(rule).toMatchObject({ code: 'shouldContain', message: 'Should contain:', verified: false });
    expect(rule).not.toHaveProperty('format');
    expect(rule?.items?.map(({ code }) => code)).toEqual(['lowerCase', 'upperCase', 'numbers']);
  });

  it('is told to a person in a sentence that names what is missing', async () => {
    const error = await check({}, 'abcdefgh');
    expect(error && explainPasswordError(error)).toBe(
      'The password is too weak. Contain at least 3 of the following 4 types of characters: (missing: upper case letters (A-Z), numbers (i.e. 0-9), special characters (e.g. !@#$%^&*)).',
    );
  });

  it('never repeats the password', async () => {
    for (const password of ['Zq', 'Password1', 'robin.Sample-9']) {
      const error = await check({}, password, { email: 'robin.sample@example.com' });
      expect(error).toBeDefined();
      expect(JSON.stringify(error)).not.toContain(password);
    }
  });

  it('formats rules without leftovers', () => {
    const { rules } = measureStrength(policy({ level: 'excellent' }), '');
    expect(rules.map(formatRule).join(' ')).not.toMatch(/%[ds]/);
    expect(describePolicy(rules).split('\n')).toHaveLength(7);
  });
});

describe('dictionary', () => {
  it.each(['Password1!', 'PASSWORD123', 'Qwerty123!', 'Welcome2024', 'iloveyou1!', 'P@ssw0rd'])(
    'refuses %j',
    async (password) => {
      expect(await check({ level: 'low' }, password)).toMatchObject({
        name: 'PasswordDictionaryError',
        code: 'invalid_password',
        message: 'Password is too common',
        description: 'Password is not allowed, it might be too common.',
      });
    },
  );

  it.each(['Correct-Horse-42', 'a password of mine', 'Tr4verse-lamp'])('accepts %j', async (password) => {
    expect(await check({ level: 'low' }, password)).toBeUndefined();
  });

  it('can be turned off', async () => {
    expect(await check({ level: 'low', dictionary: false }, 'password')).toBeUndefined();
  });
});

describe('personal data', () => {
  const owner: PasswordOwner = {
    email: 'jane.roe@example.com',
    username: 'roe77',
    profile: { name: 'Jane Anne Roe-Miller', given_name: 'Jane', nickname: 'jr' },
    userMetadata: { first: 'Janet' },
  };

  it.each([
    ['the e-mail address', 'x-jane.roe@example.com-1'],
    ['the part before the @', 'My-Jane.Roe-77'],
    ['the username', 'Xx-ROE77-xX'],
    ['the whole name', 'jane anne roe-miller'],
    ['a part of the name', 'Roe-Miller-2000'],
    ['a given name', 'Sunny-jAnE-1'],
    ['user_metadata', 'Hello-Janet-1'],
  ])('refuses a password with %s', async (_what, password) => {
    expect(await check({ level: 'low' }, password, owner)).toMatchObject({
      name: 'PasswordNoUserInfoError',
      code: 'invalid_password',
      statusCode: 400,
    });
  });

  it.each([
    ['a nickname of two letters', 'Ultra-jr-lamp-1'],
    ['the domain of the address', 'Some-example.com-1'],
  ])('does not mind %s', async (_what, password) => {
    expect(await check({ level: 'low' }, password, owner)).toBeUndefined();
  });

  it('can be turned off', async () => {
    expect(await check({ level: 'low', noPersonalInfo: false }, 'Sunny-Jane-1', owner)).toBeUndefined();
  });
});

describe('history', () => {
  it('refuses the current password and as many earlier ones as the policy says, and no more', async () => {
    const [current, first, second] = await Promise.all(
      ['Third-Lamp-3', 'Second-Lamp-2', 'First-Lamp-1'].map((password) => passwords.hash(password)),
    );
    const owner = { passwordHash: current, passwordHistory: [first ?? '', second ?? ''] };
    const refused = { name: 'PasswordHistoryError', message: 'Password has previously been used' };
    expect(await check({ history: 2 }, 'Third-Lamp-3', owner)).toMatchObject(refused);
    expect(await check({ history: 2 }, 'Second-Lamp-2', owner)).toMatchObject({
      ...refused,
      description: expect.stringContaining('You may not reuse any of the last 2 passwords.'),
    });
    expect(await check({ history: 2 }, 'First-Lamp-1', owner)).toBeUndefined();
    expect(await check({ history: 3 }, 'First-Lamp-1', owner)).toMatchObject(refused);
    expect(await check({ history: 0 }, 'Third-Lamp-3', owner)).toBeUndefined();
  });

  it('keeps the newest 24', () => {
    const passwordHistory = Array.from({ length: 30 }, (_, index) => `hash-${index}`);
    const next = nextPasswordHistory({ passwordHash: 'current', passwordHistory });
    expect(next).toHaveLength(24);
    expect(next.slice(0, 2)).toEqual(['current', 'hash-0']);
    expect(nextPasswordHistory({ passwordHash: undefined, passwordHistory: [] })).toEqual([]);
  });
});
