import type { MfaAuthenticator, MfaFactorType, MfaRequirements } from 'postern';

/** What `mfa.verify` takes beside the token. */
export type Proof = { otp: string } | { oobCode: string; bindingCode?: string } | { recoveryCode: string };

/** What can be shown to a person of a factor. */
export interface Choice {
  readonly title: string;
  readonly detail: string;
}

export function describeAuthenticator({ authenticatorType, oobChannel, name }: MfaAuthenticator): Choice {
  if (authenticatorType === 'otp') return { title: 'Authenticator app', detail: 'Type in the code that it shows.' };
  if (authenticatorType === 'recovery-code')
    return { title: 'Recovery code', detail: 'The one you kept for the day everything else is lost.' };
  const to = name ?? 'what you have set up';
  if (oobChannel === 'sms') return { title: 'Text message', detail: `A code to ${to}.` };
  if (oobChannel === 'voice') return { title: 'Call', detail: `A voice reads a code to ${to}.` };
  if (oobChannel === 'email') return { title: 'E-mail', detail: `A code to ${to}.` };
  return { title: 'Approve on a device', detail: `A question on ${to}.` };
}

const enrollable: Readonly<Record<MfaFactorType, Choice>> = {
  otp: { title: 'Authenticator app', detail: 'Scan a QR code; the app then shows codes, offline too.' },
  sms: { title: 'Text messages', detail: 'A code to your phone, each time.' },
  voice: { title: 'Calls', detail: 'A voice that reads a code to you.' },
  email: { title: 'E-mail', detail: 'A code to a mailbox.' },
  push: { title: 'A device', detail: 'Answer a question with one tap.' },
};

const factorsByType: Readonly<Record<string, readonly MfaFactorType[]>> = {
  otp: ['otp'],
  phone: ['sms', 'voice'],
  email: ['email'],
  'push-notification': ['push'],
};

/** What may be set up. Tenants do not list e-mail there, and take it all the same. */
export function listEnrollable({ enroll = [] }: MfaRequirements = {}): Array<Choice & { factor: MfaFactorType }> {
  if (enroll.length === 0) return [];
  const factors = new Set([...enroll.flatMap(({ type }) => factorsByType[type] ?? []), 'email' as const]);
  return [...factors].map((factor) => ({ factor, ...enrollable[factor] }));
}
