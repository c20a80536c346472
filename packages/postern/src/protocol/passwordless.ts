import type {
  PasswordlessChallenge,
  PasswordlessChallengeEmailParameters,
  PasswordlessChallengePhoneParameters,
  PasswordlessEmailParameters,
  PasswordlessSmsParameters,
} from '../types/index.ts';
import { apiCall, asRecord, invalidAnswer } from './api-call.ts';

const path = '/passwordless/start';

/** Codes and links (wire reference section 9). */
export const passwordless = {
  passwordlessWithEmail: apiCall<PasswordlessEmailParameters>({
    path,
    requires: ['email'],
    body: ({ email, send, authParams }) => ({ connection: 'email', email, send, authParams }),
  }),
  passwordlessWithSMS: apiCall<PasswordlessSmsParameters>({
    path,
    requires: ['phoneNumber'],
    body: ({ phoneNumber, send, authParams }) => ({ connection: 'sms', phone_number: phoneNumber, send, authParams }),
  }),
};

const challengePath = '/otp/challenge';

/** Codes for people of a database (wire reference sections 10 and 38). */
export const databasePasswordless = {
  challengeWithEmail: apiCall<PasswordlessChallengeEmailParameters, PasswordlessChallenge>({
    path: challengePath,
    requires: ['email', 'connection'],
    body: ({ email, connection, allowSignup = false }) => ({ email, connection, allow_signup: allowSignup }),
    read: toChallenge,
  }),
  challengeWithPhoneNumber: apiCall<PasswordlessChallengePhoneParameters, PasswordlessChallenge>({
    path: challengePath,
    requires: ['phoneNumber', 'connection'],
    optional: ['deliveryMethod'],
    body: ({ phoneNumber, connection, deliveryMethod = 'text', allowSignup = false }) => ({
      phone_number: phoneNumber,
      connection,
      delivery_method: deliveryMethod,
      allow_signup: allowSignup,
    }),
    read: toChallenge,
  }),
};

function toChallenge(json: unknown): PasswordlessChallenge {
  const { auth_session } = asRecord(json);
  if (typeof auth_session !== 'string' || !auth_session) throw invalidAnswer();
  return { authSession: auth_session };
}
