import { randomBytes } from 'node:crypto';
import type { TenantContext } from '../../context.ts';
import type { Authenticator, User } from '../../store/store.ts';
import type { FactorName } from './factor.ts';

const prefixes: Readonly<Record<FactorName, string>> = {
  otp: 'totp',
  sms: 'sms',
  voice: 'voice',
  email: 'email',
  push: 'push',
  'recovery-code': 'recovery-code',
};

export function createGroupId(): string {
  return `dev_${randomBytes(12).toString('hex')}`;
}

/** One that waits for its first proof. Those set up together share a group id. */
export function createAuthenticator(
  tenant: TenantContext,
  user: User,
  factor: FactorName,
  facts: Pick<Authenticator, 'name' | 'phoneNumber' | 'email' | 'secret' | 'codeHash'>,
  groupId = createGroupId(),
): Authenticator {
  return {
    id: `${prefixes[factor]}|${groupId}`,
    userId: user.id,
    factor,
    groupId,
    confirmed: false,
    createdAt: tenant.clock.now(),
    ...facts,
  };
}
