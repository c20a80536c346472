import type { TenantContext } from '../context.ts';
import type { FactorName } from '../mfa/factors/factor.ts';
import type { User } from '../store/store.ts';
import type { MethodType } from './methods.ts';

type Usage = 'primary' | 'secondary';

/** What there is to set up for a user, and what it is good for: to sign in with, or as a second factor. */
export function listFactors(tenant: TenantContext, user: User): { type: MethodType; usage: Usage[] }[] {
  const connection = tenant.registry.connection(user.connection);
  const { factors } = tenant.registry.config.mfa;
  const second = (...names: FactorName[]): Usage[] =>
    names.some((name) => factors.includes(name)) ? ['secondary'] : [];
  const first = (isOn: boolean | undefined): Usage[] => (isOn === true ? ['primary'] : []);
  const all: [MethodType, Usage[]][] = [
    ['password', first(connection?.strategy === 'auth0')],
    ['passkey', first(connection?.passkeys)],
    ['phone', [...first(connection?.phoneOtp), ...second('sms', 'voice')]],
    ['email', [...first(connection?.emailOtp), ...second('email')]],
    ['totp', second('otp')],
    ['push-notification', second('push')],
    ['recovery-code', second('recovery-code')],
  ];
  return all.filter(([, usage]) => usage.length > 0).map(([type, usage]) => ({ type, usage }));
}
