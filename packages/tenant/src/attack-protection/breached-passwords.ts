import type { TenantContext } from '../context.ts';
import { leakedPasswordMessage } from '../delivery/templates/account-messages.ts';
import type { User } from '../store/store.ts';
import type { PasswordError } from '../users/password-policy.ts';
import { issueTicket } from '../users/tickets.ts';

export const leakedPasswordText =
  'This login has been blocked because the password is among those disclosed in a data breach (not of this application). Please check your email for more information.';

/**
 * Passwords that satisfy every policy and are in every public breach collection, and one that was made up for trying
 * the answer out. `attackProtection.breachedPasswords.passwords` adds more.
 */
const shipped = new Set([
  'Breached-Horse-42',
  'P@ssw0rd123!',
  'P@$$w0rd2024',
  'Qwerty123456!',
  'Welcome@12345',
  'Abcd1234!@#$',
  '1qaz!QAZ2wsx@WSX',
  'Zaq12wsx!@#$',
  'Iloveyou2023!',
  'Trustno1!Trustno1!',
]);

export function isBreachedPassword(tenant: TenantContext, password: string): boolean {
  const { enabled, passwords } = tenant.registry.config.attackProtection.breachedPasswords;
  return enabled && (shipped.has(password) || passwords.includes(password));
}

/** The refusal of a breached password as a new one, in the wire form of sign-up errors. */
export function refuseNewPassword(tenant: TenantContext, password: string): PasswordError | undefined {
  if (!isBreachedPassword(tenant, password)) return undefined;
  return {
    name: 'PasswordLeakedError',
    code: 'password_leaked',
    message: 'Password has been leaked',
    description: 'This password is among those disclosed in a data breach. Choose another one.',
    statusCode: 400,
  };
}

/** The right password, but the whole world has it: tells the owner, with the link to a new one. */
export async function refuseBreachedPassword(
  tenant: TenantContext,
  user: User,
  clientId: string | undefined,
): Promise<void> {
  tenant.events.record({
    type: 'login.password_leaked',
    outcome: 'failure',
    sentence: `User ${user.id} gave the right password, but it is on the list of breached passwords, so the log-in was refused. A reset link is in the outbox; attackProtection.breachedPasswords switches this off.`,
    clientId,
    userId: user.id,
    details: { error: 'password_leaked' },
  });
  if (user.email === undefined) return;
  const lifetime = tenant.registry.config.lifetimes.passwordReset;
  const ticket = await issueTicket(tenant, 'password_reset', user.id, { clientId: clientId ?? null }, lifetime);
  const link = `${tenant.issuer}u/reset-password?ticket=${ticket}`;
  const content = await leakedPasswordMessage(tenant.registry.config.name, link, lifetime);
  await tenant.outbox.send({ channel: 'email', to: user.email, template: 'password_leaked', ...content, link });
}
