import { countAttempt, isSuspicious } from '../attack-protection/suspicious-address.ts';
import { mayEnter, type Resolved, resolveUser } from '../connections/resolve-user.ts';
import type { TenantContext } from '../context.ts';
import type { Joining } from '../organizations/admit-newcomer.ts';
import type { NotAdmitted } from '../organizations/membership.ts';
import type { User } from '../store/store.ts';
import { avatarPath } from '../users/avatar.ts';
import { type CodeData, type CodeRefusal, lookAtCode, type Recipient, spendCode } from './codes.ts';

export const wrongCodeTexts = {
  email: 'Wrong email or verification code.',
  sms: 'Wrong phone number or verification code.',
} as const;
export const tooManyTriesText = "You've reached the maximum number of attempts. Please try to login again.";

export type RefusedCode =
  | { readonly kind: 'wrong_code'; readonly text: string; readonly explanation: string }
  | { readonly kind: 'too_many_tries'; readonly text: string; readonly explanation: string }
  /** The address tried too many codes and passwords, whoever's. */
  | { readonly kind: 'suspicious_address' };

export type PasswordlessLogin =
  | { readonly kind: 'ok'; readonly user: User; readonly data: CodeData }
  /** A rule of the tenant refused the sign-up. */
  | { readonly kind: 'denied'; readonly text: string; readonly explanation: string }
  /** They would be no member of the organization they sign in to. */
  | { readonly kind: 'not_admitted'; readonly refusal: NotAdmitted }
  | RefusedCode;

/**
 * Checks a code or the secret of a link, and spends it. The first right one of an address makes its user, unless sign-up
 * is off or the organization takes them not. Blocked users are returned: what to tell them is the gate's business.
 *
 * @param address where the attempt comes from
 * @param joiningOf the organization that somebody new would sign in to
 */
export async function logInWithCode(
  tenant: TenantContext,
  recipient: Recipient,
  code: string,
  address: string,
  joiningOf: (data: CodeData) => Joining,
): Promise<PasswordlessLogin> {
  if (await isSuspicious(tenant, 'login', address)) return { kind: 'suspicious_address' };
  const check = await spendCode(tenant, recipient, code);
  if (check.kind !== 'ok') return refuseCode(tenant, recipient, check, address);
  const resolved: Resolved = await resolveUser(tenant, {
    ...identityOf(tenant, recipient),
    joining: joiningOf(check.data),
  });
  if (resolved.kind === 'not_admitted') return resolved;
  if (resolved.kind === 'denied') {
    const explanation = 'The code is right, but a rule of the tenant refused the sign-up.';
    return { kind: 'denied', text: resolved.message, explanation };
  }
  if (resolved.kind !== 'signup_disabled') return { kind: 'ok', user: resolved.user, data: check.data };
  const explanation = `The code is right, but nobody has that address in connection ${recipient.connection.name} and its sign-up is off.`;
  return { kind: 'wrong_code', text: wrongCodeText(recipient), explanation };
}

/** Tells whether a code is right, for a page that signs in with it next. It counts against the same limits. */
export async function checkCode(
  tenant: TenantContext,
  recipient: Recipient,
  code: string,
  address: string,
): Promise<RefusedCode | { readonly kind: 'ok' }> {
  if (await isSuspicious(tenant, 'login', address)) return { kind: 'suspicious_address' };
  const check = await lookAtCode(tenant, recipient, code);
  return check.kind === 'ok' ? { kind: 'ok' } : refuseCode(tenant, recipient, check, address);
}

async function refuseCode(
  tenant: TenantContext,
  recipient: Recipient,
  { kind, explanation }: CodeRefusal,
  address: string,
): Promise<RefusedCode> {
  await countAttempt(tenant, 'login', address);
  tenant.events.record({
    type: 'login.failure',
    outcome: 'failure',
    sentence: explanation,
    clientId: recipient.clientId,
    details: { connection: recipient.connection.name, error: 'invalid_grant' },
  });
  return kind === 'wrong'
    ? { kind: 'wrong_code', text: wrongCodeText(recipient), explanation }
    : { kind: 'too_many_tries', text: tooManyTriesText, explanation };
}

function wrongCodeText({ connection }: Recipient): string {
  return wrongCodeTexts[connection.strategy === 'sms' ? 'sms' : 'email'];
}

/** Whether that address may ask for a code: somebody has it, or people may sign up. */
export function mayAskForCode(tenant: TenantContext, recipient: Recipient): Promise<boolean> {
  return mayEnter(tenant, identityOf(tenant, recipient));
}

function identityOf(tenant: TenantContext, { connection, identifier, clientId }: Recipient) {
  const isSms = connection.strategy === 'sms';
  const key = isSms ? identifier : identifier.toLowerCase();
  const nickname = isSms ? identifier : (identifier.split('@')[0] ?? identifier);
  return {
    connection,
    key,
    ...(isSms ? { phoneNumber: identifier, emailVerified: false } : { email: identifier, emailVerified: true }),
    profile: { name: identifier, nickname, picture: `${tenant.issuer}${avatarPath(isSms ? '' : identifier)}` },
    clientId,
  };
}
