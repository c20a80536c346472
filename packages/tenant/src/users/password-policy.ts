import type { PasswordPolicy } from '../config/schema.ts';
import type { User } from '../store/store.ts';
import { isCommonPassword } from './common-passwords.ts';
import type { PasswordHasher } from './password-hasher.ts';

/** What a special character is: anything but a letter or digit. */
export const characterKinds = {
  lowerCase: /[a-z]/u,
  upperCase: /[A-Z]/u,
  numbers: /[0-9]/u,
  specialCharacters: /[^a-zA-Z0-9]/u,
} as const;
type CharacterKind = keyof typeof characterKinds;

const kindMessages: Record<CharacterKind, string> = {
  lowerCase: 'lower case letters (a-z)',
  upperCase: 'upper case letters (A-Z)',
  numbers: 'numbers (i.e. 0-9)',
  specialCharacters: 'special characters (e.g. !@#$%^&*)',
};

export interface PasswordRuleItem {
  readonly code: CharacterKind;
  readonly message: string;
  readonly verified: boolean;
}

/** A rule in the wire form of `PasswordStrengthError`: `%d` and `%s` of `message` are filled from `format`. */
export interface PasswordRule {
  readonly code: 'lengthAtLeast' | 'lengthAtMost' | 'shouldContain' | 'containsAtLeast' | 'identicalChars';
  readonly message: string;
  readonly format?: readonly (number | string)[];
  readonly items?: readonly PasswordRuleItem[];
  readonly verified: boolean;
}

export interface PasswordStrength {
  readonly rules: readonly PasswordRule[];
  readonly verified: boolean;
}

/** A refused password: the body of the 400 answer of `/dbconnections/signup`, and what the pages show. */
export interface PasswordError {
  readonly name:
    | 'PasswordStrengthError'
    | 'PasswordDictionaryError'
    | 'PasswordNoUserInfoError'
    | 'PasswordHistoryError'
    | 'PasswordLeakedError';
  readonly code: 'invalid_password' | 'password_leaked';
  readonly message: string;
  readonly description: string | PasswordStrength;
  readonly policy?: string;
  readonly statusCode: 400;
}

/** Who will have the password, as far as known before the account exists. */
export type PasswordOwner = Partial<Pick<User, 'email' | 'username' | 'profile' | 'userMetadata'>> &
  Partial<Pick<User, 'passwordHash' | 'passwordHistory'>>;

/** Longer ones are refused, as the hosted service does. In bytes. */
const maximumBytes = 72;
const identicalInARow = 2;
const lengths = { none: 1, low: 6, fair: 8, good: 8, excellent: 10 } as const;

function containing(code: 'shouldContain' | 'containsAtLeast', password: string): PasswordRule {
  const kinds: CharacterKind[] = ['lowerCase', 'upperCase', 'numbers'];
  if (code === 'containsAtLeast') kinds.push('specialCharacters');
  const items = kinds.map((kind) => ({
    code: kind,
    message: kindMessages[kind],
    verified: characterKinds[kind].test(password),
  }));
  const count = items.filter((item) => item.verified).length;
  return code === 'shouldContain'
    ? { code, message: 'Should contain:', items, verified: count === items.length }
    : {
        code,
        message: 'Contain at least %d of the following %d types of characters:',
        format: [3, 4],
        items,
        verified: count >= 3,
      };
}

/** In characters. */
export function leastLength({ minLength, level }: PasswordPolicy): number {
  return minLength ?? lengths[level];
}

/** Measures a password against the strength rules of the policy's level; `''` gives the rules themselves. */
export function measureStrength(policy: PasswordPolicy, password: string): PasswordStrength {
  const least = leastLength(policy);
  const rules: PasswordRule[] = [
    {
      code: 'lengthAtLeast',
      message: 'At least %d characters in length',
      format: [least],
      verified: [...password].length >= least,
    },
  ];
  if (policy.level === 'fair') rules.push(containing('shouldContain', password));
  if (policy.level === 'good' || policy.level === 'excellent') rules.push(containing('containsAtLeast', password));
  if (policy.level === 'excellent')
    rules.push({
      code: 'identicalChars',
      message: 'No more than %d identical characters in a row (e.g., "%s" not allowed)',
      format: [identicalInARow, 'aaa'],
      verified: !new RegExp(`(.)\\1{${identicalInARow}}`, 'su').test(password),
    });
  if (Buffer.byteLength(password) > maximumBytes)
    rules.push({
      code: 'lengthAtMost',
      message: 'At most %d bytes in length',
      format: [maximumBytes],
      verified: false,
    });
  return { rules, verified: rules.every((rule) => rule.verified) };
}

/** A rule's message with its numbers filled in. */
export function formatRule(rule: PasswordRule): string {
  const values = [...(rule.format ?? [])];
  return rule.message.replace(/%[ds]/g, () => String(values.shift() ?? ''));
}

/** The `policy` text of a PasswordStrengthError: one rule a line. */
export function describePolicy(rules: readonly PasswordRule[]): string {
  return rules
    .flatMap((rule) => [`* ${formatRule(rule)}`, ...(rule.items ?? []).map((item) => `  * ${item.message}`)])
    .join('\n');
}

const profileNames = ['name', 'given_name', 'family_name', 'nickname'];
const metadataNames = ['name', 'first', 'last'];
/** Where `noPersonalInfo` looks. */
export const personalFields: readonly string[] = [
  'email',
  'username',
  ...profileNames,
  ...metadataNames.map((name) => `user_metadata.${name}`),
];

/**
 * What of a person may not be in the password: e-mail address and the part before its @, username, and names. Parts of
 * names shorter than four letters are left out: "Ann" would refuse every password with "planning" in it.
 */
function personalWords(owner: PasswordOwner): string[] {
  const metadata = owner.userMetadata ?? {};
  const named = [
    ...profileNames.map((key) => owner.profile?.[key]),
    ...metadataNames.map((key) => metadata[key]),
  ].filter((value) => typeof value === 'string');
  const whole = [owner.email, owner.email?.split('@')[0], owner.username, ...named].filter(
    (word) => word !== undefined && word.length >= 3,
  );
  const parts = named.flatMap((name) => name.split(/\s+/)).filter((part) => part.length >= 4);
  return [...whole, ...parts].map((word) => String(word).toLowerCase());
}

function refuse(error: Omit<PasswordError, 'code' | 'statusCode'>): PasswordError {
  return { ...error, code: 'invalid_password', statusCode: 400 };
}

/**
 * Checks a new password: strength, dictionary, personal data, then history (the only slow one).
 *
 * @returns undefined when it may be used, else the error in wire form.
 */
export async function checkNewPassword(
  policy: PasswordPolicy,
  password: string,
  owner: PasswordOwner,
  passwords: Pick<PasswordHasher, 'verify'>,
): Promise<PasswordError | undefined> {
  const strength = measureStrength(policy, password);
  if (!strength.verified)
    return refuse({
      name: 'PasswordStrengthError',
      message: 'Password is too weak',
      description: strength,
      policy: describePolicy(strength.rules),
    });
  if (policy.dictionary && isCommonPassword(password))
    return refuse({
      name: 'PasswordDictionaryError',
      message: 'Password is too common',
      description: 'Password is not allowed, it might be too common.',
    });
  const lowerCased = password.toLowerCase();
  if (policy.noPersonalInfo && personalWords(owner).some((word) => lowerCased.includes(word)))
    return refuse({
      name: 'PasswordNoUserInfoError',
      message: 'Password contains user information',
      description: 'Password is not allowed, it contains part of your personal data.',
    });
  for (const earlier of earlierHashes(policy, owner))
    if (await passwords.verify(earlier, password))
      return refuse({
        name: 'PasswordHistoryError',
        message: 'Password has previously been used',
        description: `You may not reuse any of the last ${policy.history} passwords. Choose one you have not used here before.`,
      });
  return undefined;
}

function earlierHashes(policy: PasswordPolicy, owner: PasswordOwner): string[] {
  if (policy.history === 0) return [];
  const current = owner.passwordHash === undefined ? [] : [owner.passwordHash];
  return [...current, ...(owner.passwordHistory ?? [])].slice(0, policy.history);
}

/** The history to keep once the current password is replaced: newest first, no longer than the policy can ask for. */
export function nextPasswordHistory(user: Pick<User, 'passwordHash' | 'passwordHistory'>): string[] {
  const longest = 24;
  return [...(user.passwordHash === undefined ? [] : [user.passwordHash]), ...user.passwordHistory].slice(0, longest);
}

/** One sentence for a person. */
export function explainPasswordError(error: PasswordError): string {
  if (typeof error.description === 'string') return error.description;
  const failed = error.description.rules.filter((rule) => !rule.verified);
  const needs = failed.map((rule) => {
    const text = formatRule(rule);
    const missing = rule.items?.filter((item) => !item.verified).map((item) => item.message) ?? [];
    return missing.length > 0 ? `${text} (missing: ${missing.join(', ')})` : text;
  });
  return `The password is too weak. ${needs.join('; ')}.`;
}
