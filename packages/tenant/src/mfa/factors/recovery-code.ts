import { randomBytes } from 'node:crypto';
import type { TenantContext } from '../../context.ts';
import { refuse } from '../../errors.ts';
import type { Authenticator, User } from '../../store/store.ts';
import { hashSecret } from '../../tokens/secret.ts';
import { createAuthenticator } from './authenticator.ts';
import type { Factor, Verified } from './factor.ts';

/** 32 letters and digits, without I, L, O and U, which people confuse: five bits each (Crockford's base32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 24;

/** What helps when every other factor is lost. Comes with the first of them; works once, and is replaced when used. */
export const recoveryCode: Factor = {
  name: 'recovery-code',
  start: async (_tenant, _party, authenticator) => ({ authenticator }),
};

export function createRecoveryCode(): string {
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

/** As it is stored. People may write it in groups and in lower case. */
export function hashRecoveryCode(code: string): string {
  return hashSecret(code.replaceAll(/[\s-]/g, '').toUpperCase());
}

export function planRecoveryCode(tenant: TenantContext, user: User, code: string): Authenticator {
  return createAuthenticator(tenant, user, 'recovery-code', { codeHash: hashRecoveryCode(code) });
}

export function verifyRecoveryCode(
  tenant: TenantContext,
  user: User,
  code: string,
  authenticators: readonly Authenticator[],
): Verified {
  const codeHash = hashRecoveryCode(code);
  const found = authenticators.find(
    (one) => one.factor === 'recovery-code' && one.confirmed && one.codeHash === codeHash,
  );
  if (found === undefined) {
    throw refuse.mfaRejected(`User ${user.id} gave a recovery code that is wrong or was used before.`);
  }
  const newRecoveryCode = createRecoveryCode();
  return {
    authenticator: found,
    amr: ['mfa', 'recovery-code'],
    newRecoveryCode,
    spend: (store) =>
      store.authenticators.replaceCode(found.id, codeHash, hashRecoveryCode(newRecoveryCode), tenant.clock.now()),
  };
}
