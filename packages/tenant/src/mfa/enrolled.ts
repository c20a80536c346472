import type { TenantContext } from '../context.ts';
import type { Authenticator, User } from '../store/store.ts';
import { hashSecret } from '../tokens/secret.ts';
import { byHandiness } from './factors/factor-types.ts';
import { maskEmail } from './mask.ts';

/** Whether somebody has set up a factor. A recovery code alone is none: it only replaces one. */
export function hasFactor(authenticators: readonly Authenticator[]): boolean {
  return authenticators.some(({ confirmed, factor }) => confirmed && factor !== 'recovery-code');
}

/** What a user has, set up or half set up, of the factors that are switched on; a verified e-mail address is always there. */
export async function listAuthenticators(tenant: TenantContext, user: User): Promise<Authenticator[]> {
  return withEmail(tenant, user, await tenant.store.authenticators.list(user.id));
}

/** What a user can be asked for, the handiest first. */
export function findChallengeable(
  tenant: TenantContext,
  user: User,
  authenticators: readonly Authenticator[],
): Authenticator[] {
  return withEmail(tenant, user, authenticators)
    .filter(({ confirmed }) => confirmed)
    .toSorted((one, other) => byHandiness(handinessOf(one), handinessOf(other)) || comesFirst(other) - comesFirst(one));
}

/** Both ways of a phone are as handy as each other; people say which they prefer. */
const handinessOf = ({ factor }: Authenticator) => (factor === 'voice' ? 'sms' : factor);
const comesFirst = ({ factor, preferred }: Authenticator) => (preferred === true ? 2 : factor === 'voice' ? 0 : 1);

function withEmail(tenant: TenantContext, user: User, authenticators: readonly Authenticator[]): Authenticator[] {
  const { factors } = tenant.registry.config.mfa;
  const own = authenticators.filter(({ factor }) => factors.includes(factor));
  const email = factors.includes('email') ? verifiedEmail(user) : undefined;
  const isThere = own.some((one) => one.factor === 'email' && one.confirmed && one.email === user.email);
  return email === undefined || isThere ? own : [...own, email];
}

/** A verified address needs no setting up; it is listed without being stored, and cannot be deleted. */
function verifiedEmail(user: User): Authenticator | undefined {
  if (user.email === undefined || !user.emailVerified) return undefined;
  const id = `email|dev_${hashSecret(`${user.id}\n${user.email.toLowerCase()}`)
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 16)}`;
  return {
    id,
    userId: user.id,
    factor: 'email',
    groupId: id,
    confirmed: true,
    name: maskEmail(user.email),
    email: user.email,
    createdAt: user.createdAt,
  };
}
