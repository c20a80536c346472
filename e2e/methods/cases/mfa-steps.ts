import { interrupted, sample, sentCode, withApp, withPhone } from '../people.ts';
import type { App, Stage } from '../stage.ts';

export const phone = '+15550160';

/** An app whose client asks everybody for a second factor, and `who`’s interrupted login there. */
export async function enrolling(stage: Stage, who = sample) {
  const app = await stage.open({ clientId: 'strict' });
  const { mfaToken } = await interrupted(app, who);
  return { app, mfaToken };
}

export const tokenOf = async (app: App, who = withApp) => (await interrupted(app, who)).mfaToken;

export async function expire(app: App, stage: Stage, who = withApp): Promise<string> {
  const mfaToken = await tokenOf(app, who);
  await stage.control('/clock', { advance: 601_000 });
  return mfaToken;
}

/** Id of the first authenticator of a type. */
export const idOf = async (app: App, mfaToken: string, type: string) =>
  (await app.methods.mfa.getAuthenticators({ mfaToken })).find((one) => one.type === type)?.id ?? '';

/** Sends a code to the phone of who has one, and says what a proof of it takes. */
export async function challengePhone(app: App, stage: Stage) {
  const mfaToken = await tokenOf(app, withPhone);
  const authenticatorId = await idOf(app, mfaToken, 'phone');
  const { oobCode = '' } = await app.methods.mfa.challenge({ mfaToken, authenticatorId });
  return { mfaToken, oobCode, bindingCode: await sentCode(stage, phone) };
}

/** Asks the device that somebody has just set up. */
export async function challengeDevice(stage: Stage) {
  const { app, mfaToken } = await enrolling(stage);
  const enrollment = await app.methods.mfa.enroll({ mfaToken, factorType: 'push' });
  return { app, mfaToken, oobCode: enrollment.type === 'push' ? String(enrollment.oobCode) : '' };
}
