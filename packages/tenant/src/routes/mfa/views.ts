import type { StartedChallenge, StartedEnrollment } from '../../mfa/factors/factor.ts';
import { factorType } from '../../mfa/factors/factor-types.ts';
import type { Authenticator } from '../../store/store.ts';

/** `auth0` is what the protocol calls the vendor's own app, which the simulated device stands for. */
const channels = { sms: 'sms', voice: 'voice', email: 'email', push: 'auth0' } as const;

export type OobChannel = (typeof channels)[keyof typeof channels];

export function oobChannel({ factor }: Pick<Authenticator, 'factor'>): OobChannel | undefined {
  return factor === 'otp' || factor === 'recovery-code' ? undefined : channels[factor];
}

/** One entry of `GET /mfa/authenticators`. */
export function authenticatorView(authenticator: Authenticator) {
  const { id, factor, name, confirmed } = authenticator;
  const channel = oobChannel(authenticator);
  return {
    id,
    authenticator_type: channel === undefined ? factor : 'oob',
    ...(channel === undefined ? {} : { oob_channel: channel }),
    type: factorType(factor),
    ...(name === undefined ? {} : { name }),
    active: confirmed,
  };
}

/** Answer of `POST /mfa/associate`. */
export function enrollmentView(started: StartedEnrollment) {
  const channel = oobChannel(started.authenticator);
  return {
    authenticator_type: channel === undefined ? started.authenticator.factor : 'oob',
    ...(channel === undefined ? {} : { oob_channel: channel }),
    ...(channel === undefined ? { secret: started.secret } : {}),
    ...(started.barcodeUri === undefined ? {} : { barcode_uri: started.barcodeUri }),
    ...oobView(started),
    ...(started.recoveryCodes === undefined ? {} : { recovery_codes: started.recoveryCodes }),
  };
}

/** Answer of `POST /mfa/challenge`. */
export function challengeView(started: StartedChallenge) {
  return { challenge_type: oobChannel(started.authenticator) === undefined ? 'otp' : 'oob', ...oobView(started) };
}

function oobView({ oobCode, bindingMethod }: StartedChallenge) {
  return {
    ...(oobCode === undefined ? {} : { oob_code: oobCode }),
    ...(bindingMethod === undefined ? {} : { binding_method: bindingMethod }),
  };
}
