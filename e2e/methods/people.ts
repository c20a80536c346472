import type { Auth0Options, MfaRequiredErrorPayload } from 'postern';
import { expectMatch, isText, rejectionOf } from './match.ts';
import type { App, Stage } from './stage.ts';

export const realm = 'Username-Password-Authentication';
export const api = 'https://api.postern.test';
export const files = 'https://files.postern.test';
/** Client that may exchange tokens and transfer its sessions. */
export const exchanging = 'exchanging';
export const password = 'Correct-Horse-42';

export const sample = { username: 'user@example.com', password, realm };
/** Has an authenticator app and a recovery code. */
export const withApp = { ...sample, username: 'mfa@example.com' };
/** Has a password, and an address that nobody has verified. */
export const named = { username: 'named', password, realm: 'Named-Database' };
/** Has a phone. */
export const withPhone = { ...sample, username: 'phone@example.com' };

interface Message {
  readonly template: string;
  readonly text: string;
  readonly code?: string;
  readonly link?: string;
}

export const lastMessage = (stage: Stage, to: string) =>
  stage.control<Message>(`/outbox/last?to=${encodeURIComponent(to)}`);

/** The code that was sent last. */
export async function sentCode(stage: Stage, to: string): Promise<string> {
  return (await lastMessage(stage, to)).code ?? '';
}

/** What the person's authenticator app shows. */
export async function appCode(stage: Stage, user: string): Promise<string> {
  return (await stage.control<{ code: string }>(`/mfa/${encodeURIComponent(user)}/totp`)).code;
}

/** Another code of as many digits. */
export function otherCode(code: string): string {
  return `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
}

/** Begins a login that a second factor interrupts, and says what the app then knows. */
export async function interrupted(app: App, who: typeof sample = withApp): Promise<MfaRequiredErrorPayload> {
  const error = await rejectionOf(() => app.methods.loginWithPasswordRealm({ ...who, audience: api }));
  expectMatch(error, { code: 'mfa_required', mfaRequired: { mfaToken: isText } }, 'the interrupted login');
  const { mfaRequired } = error as { mfaRequired: MfaRequiredErrorPayload };
  return mfaRequired;
}

/** An app in which the sample user has just signed in. */
export async function signedIn(stage: Stage, options: Partial<Auth0Options>): Promise<App> {
  const app = await stage.open({ clientId: exchanging, audience: api, ...options });
  await app.methods.loginWithPasswordRealm(sample);
  return app;
}

export const repeat = async (times: number, work: () => Promise<unknown>): Promise<void> => {
  for (let time = 0; time < times; time += 1) await work();
};
