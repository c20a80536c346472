import type { TenantContext } from '../context.ts';
import { listAuthenticators } from '../mfa/enrolled.ts';
import type { Authenticator, Passkey, User } from '../store/store.ts';

export const methodTypes = [
  'password',
  'passkey',
  'phone',
  'email',
  'totp',
  'push-notification',
  'recovery-code',
] as const;
export type MethodType = (typeof methodTypes)[number];

/** A way in, first or second, and what it is kept as. */
export interface Method {
  readonly id: string;
  readonly type: MethodType;
  readonly createdAt: number;
  readonly passkey?: Passkey;
  /** Of a password. */
  readonly lastResetAt?: number | undefined;
  /** All that was set up together; the first is what it is known by. */
  readonly group?: readonly [Authenticator, ...Authenticator[]];
}

/** Everything the user has, or is setting up, oldest first. */
export async function listMethods(tenant: TenantContext, user: User): Promise<Method[]> {
  const [authenticators, passkeys] = await Promise.all([
    listAuthenticators(tenant, user),
    tenant.store.passkeys.list(user.id),
  ]);
  const groups = new Map<string, Authenticator[]>();
  for (const one of authenticators) groups.set(one.groupId, [...(groups.get(one.groupId) ?? []), one]);
  return [
    ...(user.passwordHash === undefined ? [] : [passwordOf(user)]),
    ...passkeys.map((passkey) => ({
      id: passkey.id,
      type: 'passkey' as const,
      createdAt: passkey.createdAt,
      passkey,
    })),
    ...[...groups.values()].flatMap((group) => toMethod(group) ?? []),
  ].toSorted((one, other) => one.createdAt - other.createdAt);
}

function passwordOf(user: User): Method {
  const { createdAt, lastPasswordResetAt: lastResetAt } = user;
  return { id: passwordIdOf(user), type: 'password', createdAt, lastResetAt };
}

export function passwordIdOf(user: User): string {
  return `password|${identityOf(user)}`;
}

export async function findMethod(tenant: TenantContext, user: User, id: string): Promise<Method | undefined> {
  return (await listMethods(tenant, user)).find((method) => method.id === id);
}

/** The method that an authenticator is, or is a part of. */
export function methodIdOf(authenticator: Authenticator, group: readonly Authenticator[] = [authenticator]): string {
  return toMethod(group)?.id ?? authenticator.id;
}

function toMethod(group: readonly Authenticator[]): Method | undefined {
  const push = group.find(({ factor }) => factor === 'push');
  const [first = push, ...others] = push === undefined ? group : [push, ...group.filter((one) => one !== push)];
  if (first === undefined) return undefined;
  const { factor, groupId, createdAt } = first;
  const about = { createdAt, group: [first, ...others] as const };
  switch (factor) {
    case 'push':
      return { id: `push-notification|${groupId}`, type: 'push-notification', ...about };
    case 'sms':
    case 'voice':
      return { id: `phone|${groupId}`, type: 'phone', ...about };
    case 'otp':
      return { id: first.id, type: 'totp', ...about };
    case 'email':
    case 'recovery-code':
      return { id: first.id, type: factor, ...about };
  }
}

/** The user's id in their connection. */
export function identityOf({ id }: User): string {
  return id.slice(id.indexOf('|') + 1);
}
