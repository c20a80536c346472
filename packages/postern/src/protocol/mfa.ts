import type {
  MfaAuthenticator,
  MfaChallengeParameters,
  MfaChallengeResponse,
  MfaChallengeResult,
  MfaChallengeWithAuthenticatorParameters,
  MfaEnrollmentChallenge,
  MfaEnrollParameters,
  MfaGetAuthenticatorsParameters,
} from '../types/index.ts';
import { apiCall, asRecord, camelCase, checkParameters, invalidAnswer, invalidParameters } from './api-call.ts';

type Factor = NonNullable<MfaGetAuthenticatorsParameters['factorsAllowed']>[number];

/** The MFA API (wire reference sections 14 and 39). */
export const mfa = {
  multifactorChallenge: apiCall<MfaChallengeParameters, MfaChallengeResponse>({
    path: '/mfa/challenge',
    requires: ['mfaToken'],
    body: ({ mfaToken, challengeType, authenticatorId }) => ({
      mfa_token: mfaToken,
      challenge_type: challengeType,
      authenticator_id: authenticatorId,
    }),
    read: (json) => camelCase(json) as MfaChallengeResponse,
  }),
  challenge: apiCall<MfaChallengeWithAuthenticatorParameters, MfaChallengeResult>({
    path: '/mfa/challenge',
    requires: ['mfaToken', 'authenticatorId'],
    body: ({ mfaToken, authenticatorId }) => ({
      mfa_token: mfaToken,
      challenge_type: /^t?otp\b/.test(authenticatorId) ? 'otp' : 'oob',
      authenticator_id: authenticatorId,
    }),
    read: (json) => {
      const { challenge_type, oob_code, binding_method } = asRecord(json);
      return defined({
        challengeType: text(challenge_type),
        oobCode: text(oob_code),
        bindingMethod: text(binding_method),
      }) as MfaChallengeResult;
    },
  }),
  getAuthenticators: apiCall<MfaGetAuthenticatorsParameters, MfaAuthenticator[]>({
    path: '/mfa/authenticators',
    requires: ['mfaToken'],
    bearer: ({ mfaToken }) => mfaToken,
    read: (json, { factorsAllowed }) => {
      if (!Array.isArray(json)) throw invalidAnswer();
      const authenticators = json.map(toAuthenticator);
      if (!factorsAllowed?.length) return authenticators;
      return authenticators.filter((one) => factorsAllowed.some((factor) => isOfFactor(one, factor)));
    },
  }),
  enroll: apiCall<MfaEnrollParameters, MfaEnrollmentChallenge>({
    path: '/mfa/associate',
    requires: ['mfaToken', 'factorType'],
    bearer: ({ mfaToken }) => mfaToken,
    body: (parameters) => {
      const { factorType } = parameters;
      const kind = Object.hasOwn(associations, factorType) ? associations[factorType] : undefined;
      if (!kind) throw invalidParameters(`There is no factorType "${factorType}".`, ['factorType']);
      if (factorType === 'otp') return kind;
      if (factorType === 'sms' || factorType === 'voice') {
        checkParameters(parameters, ['phoneNumber']);
        return { ...kind, phone_number: parameters.phoneNumber };
      }
      if (factorType === 'push') return kind;
      checkParameters(parameters, ['email']);
      return { ...kind, email: parameters.email };
    },
    read: toEnrollment,
  }),
};

const outOfBand = (channel: string) => ({ authenticator_types: ['oob'], oob_channels: [channel] });

const associations: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  otp: { authenticator_types: ['otp'] },
  sms: outOfBand('sms'),
  voice: outOfBand('voice'),
  email: outOfBand('email'),
  push: outOfBand('auth0'),
};

/** What a tenant that does not send `type` means. */
const typeOfChannel: Readonly<Record<string, string>> = {
  sms: 'phone',
  voice: 'phone',
  email: 'email',
  auth0: 'push-notification',
};

function toAuthenticator(json: unknown): MfaAuthenticator {
  const { id, type, authenticator_type, active, name, oob_channel } = asRecord(json);
  const authenticatorType = text(authenticator_type) ?? '';
  const oobChannel = text(oob_channel);
  return defined({
    id: String(id),
    type: text(type) ?? (authenticatorType === 'oob' ? typeOfChannel[oobChannel ?? ''] : authenticatorType),
    authenticatorType,
    active: active === true,
    name: text(name),
    oobChannel,
  }) as unknown as MfaAuthenticator;
}

/** Whoever has a phone without a channel of its own may be called or written to. */
function isOfFactor({ type, oobChannel = 'either' }: MfaAuthenticator, factor: Factor): boolean {
  switch (factor) {
    case 'otp':
      return type === 'otp' || type === 'totp';
    case 'sms':
    case 'voice':
      return type === 'phone' && (oobChannel === factor || oobChannel === 'either');
    case 'push':
      return type === 'push-notification';
    default:
      return type === factor;
  }
}

function toEnrollment(json: unknown, { factorType }: MfaEnrollParameters): MfaEnrollmentChallenge {
  const { secret, barcode_uri, oob_code, oob_channel, binding_method, recovery_codes } = asRecord(json);
  const recoveryCodes = Array.isArray(recovery_codes) ? recovery_codes.map(String) : undefined;
  const [barcodeUri, oobCode] = [text(barcode_uri), text(oob_code)];
  if (factorType === 'otp') {
    if (!barcodeUri) throw invalidAnswer();
    return defined({ type: 'totp' as const, barcodeUri, secret: text(secret) ?? '', recoveryCodes });
  }
  if (factorType === 'push') {
    if (!barcodeUri) throw invalidAnswer();
    return defined({ type: 'push' as const, barcodeUri, oobCode, oobChannel: text(oob_channel), recoveryCodes });
  }
  if (!oobCode) throw invalidAnswer();
  return defined({ type: 'oob' as const, oobCode, bindingMethod: text(binding_method), recoveryCodes });
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without what is undefined, so that an absent member is absent. */
const defined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
