import type { TenantControl } from '../control/control.ts';
import type { TestOutbox } from './test-outbox.ts';
import type { TestUser } from './test-users.ts';

/** A code that a page asks for; what `postern/testing` gives. */
export interface AskedCode {
  /** Where the code comes from: `otp` is an authenticator app, `email` and `sms` also the codes of a login without password. */
  readonly kind: 'otp' | 'sms' | 'voice' | 'email' | 'push' | 'recovery-code';
}

/** Answers whatever code is asked for: reads the app's, waits for a message, approves a push. */
export function answerCodes(
  control: TenantControl,
  outbox: TestOutbox,
  user: Pick<TestUser, 'id' | 'email' | 'recoveryCode'>,
): (asked: AskedCode) => Promise<string> {
  const phoneOf = async () => {
    const phones = (await control.mfa.authenticators(user.id)).map(({ phoneNumber }) => phoneNumber);
    const phone = phones.find((number) => number !== undefined) ?? (await control.users.get(user.id)).phoneNumber;
    if (phone === undefined) throw new Error(`A code is sent by phone, but ${user.email} has no phone number.`);
    return phone;
  };
  return async ({ kind }) => {
    switch (kind) {
      case 'otp':
        return control.mfa.totpCode(user.id);
      case 'email':
        return outbox.waitForCode(user.email);
      case 'sms':
      case 'voice':
        return outbox.waitForCode(await phoneOf());
      case 'push':
        await control.mfa.approvePush(user.id);
        return '';
      case 'recovery-code':
        if (user.recoveryCode === undefined)
          throw new Error(`${user.email} has no recovery code; create them with mfa: true.`);
        return user.recoveryCode;
    }
  };
}
