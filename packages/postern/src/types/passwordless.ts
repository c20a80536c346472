import type { Credentials } from './credentials.ts';
import type { DirectLoginParameters } from './direct.ts';
import type { RequestHeaders } from './parameters.ts';

/** How a code comes to a phone. */
export const DeliveryMethod = { TEXT: 'text', VOICE: 'voice' } as const;
export type PasswordlessDeliveryMethod = (typeof DeliveryMethod)[keyof typeof DeliveryMethod];

interface ChallengeParameters extends RequestHeaders {
  /** Name of a database connection that people may enter with a code. */
  connection: string;
  /** Whether somebody the database does not know becomes a user by entering the code. Default false. */
  allowSignup?: boolean;
}

/** {@link IPasswordlessClient.challengeWithEmail}. */
export interface PasswordlessChallengeEmailParameters extends ChallengeParameters {
  email: string;
}

/** {@link IPasswordlessClient.challengeWithPhoneNumber}. */
export interface PasswordlessChallengePhoneParameters extends ChallengeParameters {
  /** With `+` and country code (E.164). */
  phoneNumber: string;
  /** Default `text`. */
  deliveryMethod?: PasswordlessDeliveryMethod;
}

/** A code is on its way, or would be if the database knew the address: the answer does not tell. */
export interface PasswordlessChallenge {
  /** Opaque; for `loginWithOTP`, once. */
  authSession: string;
  [key: string]: unknown;
}

/** {@link IPasswordlessClient.loginWithOTP}. */
export interface PasswordlessLoginOtpParameters extends DirectLoginParameters {
  challenge: PasswordlessChallenge;
  /** What the person typed. */
  otp: string;
}

/**
 * Codes by mail or phone for the people of a database: `auth0.passwordless`. Unlike `auth.passwordlessWithEmail` it needs no
 * passwordless connection: whoever has a password may enter with a code, too. Failures are `AuthError`s.
 */
export interface IPasswordlessClient {
  /**
   * Has a code sent by mail.
   *
   * @throws code `invalid_connection` no database, or one without codes by mail; `invalid_request` no address;
   * `unauthorized_client` the client lacks the grant; `too_many_requests` (429).
   * @example
   * const connection = 'Username-Password-Authentication';
   * const challenge = await auth0.passwordless.challengeWithEmail({ email: 'user@example.com', connection });
   */
  challengeWithEmail: (parameters: PasswordlessChallengeEmailParameters) => Promise<PasswordlessChallenge>;
  /**
   * Has a code sent to a phone, or spoken.
   *
   * @throws As `challengeWithEmail`; code `invalid_request` no number.
   * @example
   * const connection = 'Username-Password-Authentication';
   * const asked = { phoneNumber: '+15550100', connection, deliveryMethod: 'voice' } as const;
   * const challenge = await auth0.passwordless.challengeWithPhoneNumber(asked);
   */
  challengeWithPhoneNumber: (parameters: PasswordlessChallengePhoneParameters) => Promise<PasswordlessChallenge>;
  /**
   * Signs in with the code. Run it inside `session.login` to store the credentials; the hook's method does so.
   *
   * @throws code `invalid_request` wrong, old or used code, or nobody the database would let in: it does not tell which;
   * `mfa_required`; `access_denied` refused by the tenant's rules; `too_many_attempts` (429).
   * @example
   * const connection = 'Username-Password-Authentication';
   * const challenge = await auth0.passwordless.challengeWithEmail({ email: 'user@example.com', connection });
   * await auth0.session.login(() => auth0.passwordless.loginWithOTP({ challenge, otp: '123456' }));
   */
  loginWithOTP: (parameters: PasswordlessLoginOtpParameters) => Promise<Credentials>;
}
