import type { TenantContext } from '../context.ts';
import type { User } from '../store/store.ts';
import { createRecoveryCode, hashRecoveryCode } from './factors/recovery-code.ts';

/** Whether a recovery code is being set up with the user's first factor, and has to be shown when that is proved. */
export async function awaitsRecoveryCode(tenant: TenantContext, user: User): Promise<boolean> {
  const stored = await tenant.store.authenticators.list(user.id);
  return stored.some(({ factor, confirmed }) => factor === 'recovery-code' && !confirmed);
}

/**
 * Replaces the user's recovery code by a new one and answers with it. The pages show a code after the proof, not before
 * it as the API does, so the one made at the beginning was never seen.
 */
export async function handOutRecoveryCode(tenant: TenantContext, user: User): Promise<string | undefined> {
  const stored = await tenant.store.authenticators.list(user.id);
  const current = stored.find(({ factor }) => factor === 'recovery-code');
  if (current?.codeHash === undefined) return undefined;
  const code = createRecoveryCode();
  const now = tenant.clock.now();
  const isReplaced = await tenant.store.authenticators.replaceCode(
    current.id,
    current.codeHash,
    hashRecoveryCode(code),
    now,
  );
  return isReplaced ? code : undefined;
}
