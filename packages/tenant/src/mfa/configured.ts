import type { UserConfig } from '../config/schema.ts';
import type { Authenticator } from '../store/store.ts';
import { hashSecret } from '../tokens/secret.ts';
import type { FactorName } from './factors/factor.ts';
import { hashRecoveryCode } from './factors/recovery-code.ts';
import { maskPhone } from './mask.ts';

/** What the configuration says a user has set up. The ids are the same on every start. */
export function configuredAuthenticators(
  userId: string,
  { totpSecret, recoveryCode, phoneNumber }: NonNullable<UserConfig['mfa']>,
  createdAt: number,
): Authenticator[] {
  const make = (prefix: string, factor: FactorName, group: string, facts: Partial<Authenticator>): Authenticator => {
    const groupId = `dev_${hashSecret(`${group}\n${userId}`)
      .replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 16)}`;
    return { id: `${prefix}|${groupId}`, userId, factor, groupId, confirmed: true, createdAt, ...facts };
  };
  const phone = phoneNumber === undefined ? undefined : { phoneNumber, name: maskPhone(phoneNumber) };
  return [
    ...(totpSecret === undefined ? [] : [make('totp', 'otp', 'totp', { secret: totpSecret })]),
    ...(phone === undefined ? [] : [make('sms', 'sms', 'phone', phone), make('voice', 'voice', 'phone', phone)]),
    ...(recoveryCode === undefined
      ? []
      : [make('recovery-code', 'recovery-code', 'recovery', { codeHash: hashRecoveryCode(recoveryCode) })]),
  ];
}
