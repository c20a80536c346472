import { isAuthError } from './auth-error.ts';

/** One rule of a database's password policy, as a refused password met it or not. */
export interface PasswordRule {
  /** Stable: `lengthAtLeast`, `containsAtLeast`, `shouldContain`, `identicalChars`, `lowerCase` … */
  readonly code: string;
  /** The tenant's own text, its numbers filled in. */
  readonly message: string;
  /** Whether the password met it. */
  readonly verified: boolean;
  /** The parts of a rule such as "3 of these 4 kinds of characters". */
  readonly items?: readonly PasswordRule[];
}

/**
 * The rules that a password was held to, when `createUser` failed with `invalid_password` for its weakness; else none
 * (a password used before, or too common, is refused in `error.message` alone).
 *
 * @example
 * const unmet = passwordRulesOf(error).filter(({ verified }) => !verified);
 * for (const { message } of unmet) console.log(message);
 */
export function passwordRulesOf(error: unknown): readonly PasswordRule[] {
  if (!isAuthError(error) || error.code !== 'invalid_password') return [];
  const { description } = (error.json ?? {}) as { description?: { rules?: unknown } };
  return readRules(description?.rules);
}

function readRules(rules: unknown): PasswordRule[] {
  if (!Array.isArray(rules)) return [];
  return rules
    .filter((rule) => typeof rule === 'object' && rule !== null)
    .map(({ code, message, format, verified, items }: Record<string, unknown>) => ({
      code: String(code),
      message: fillIn(String(message), Array.isArray(format) ? format : []),
      verified: verified === true,
      ...(items ? { items: readRules(items) } : {}),
    }));
}

/** Auth0 sends `At least %d characters` and `[8]` apart. */
function fillIn(message: string, values: readonly unknown[]): string {
  let next = 0;
  return message.replace(/%[ds]/g, (place) => (next < values.length ? String(values[next++]) : place));
}
