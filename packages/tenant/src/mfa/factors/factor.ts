import type { OAuthError } from '../../errors.ts';
import type { Authenticator, Store, User } from '../../store/store.ts';

/** A way to prove a second thing, one file each in this folder. */
export const factorNames = ['otp', 'sms', 'voice', 'email', 'push', 'recovery-code'] as const;
export type FactorName = (typeof factorNames)[number];

/** How the protocol names kinds of factors in `mfa_requirements` and as `type` of an authenticator. */
export type FactorType = 'otp' | 'phone' | 'email' | 'push-notification' | 'recovery-code';

/** Who proves something, and in which login: codes of one transaction are worthless in another (T32). */
export interface MfaParty {
  readonly user: User;
  /** Names the login without being its secret: `hashSecret` of the mfa_token or of the interaction's id. */
  readonly transaction: string;
  readonly clientId?: string | undefined;
}

/** What a person sets up. */
export interface EnrollmentRequest {
  readonly factor: Exclude<FactorName, 'recovery-code'>;
  /** E.164, for sms and voice. */
  readonly phoneNumber?: string | undefined;
  /** For email; the user's own address unless given. */
  readonly email?: string | undefined;
}

/** An enrolment that waits for its proof. */
export interface StartedEnrollment {
  readonly authenticator: Authenticator;
  /** otp: base32, for typing instead of scanning. */
  readonly secret?: string | undefined;
  /** otp and push: what the QR code holds. */
  readonly barcodeUri?: string | undefined;
  /** sms, voice, email and push: to be sent back with the proof. */
  readonly oobCode?: string | undefined;
  /** `prompt`: the person types the code that was sent. Absent for push, which is polled. */
  readonly bindingMethod?: 'prompt' | undefined;
  /** Only at the first enrolment of a user. Shown once. */
  readonly recoveryCodes?: readonly string[] | undefined;
}

export interface StartedChallenge {
  readonly authenticator: Authenticator;
  readonly oobCode?: string | undefined;
  readonly bindingMethod?: 'prompt' | undefined;
}

/** What a person brings. An `oobCode` without `bindingCode` asks whether a push was answered. */
export type Proof =
  | { readonly kind: 'otp'; readonly otp: string }
  | { readonly kind: 'oob'; readonly oobCode: string; readonly bindingCode?: string | undefined }
  | { readonly kind: 'recovery-code'; readonly recoveryCode: string };

/** A proof that was found right. It is not used up before `spend`. */
export interface Verified {
  readonly authenticator: Authenticator;
  /** For `amr`: `mfa` and the factor (RFC 8176). */
  readonly amr: readonly string[];
  /** The code that replaces a used recovery code. Shown once. */
  readonly newRecoveryCode?: string | undefined;
  /**
   * Uses the proof up and confirms an authenticator that was being enrolled; false when another call was first. Belongs
   * into the transaction that stores what the proof is for.
   */
  readonly spend: (store: Store) => Promise<boolean>;
}

export interface Factor {
  readonly name: FactorName;
  readonly type: FactorType;
  /** The value in `amr` next to `mfa`. */
  readonly amr: string;
}

/**
 * `startEnrollment`, `confirmEnrollment`, `startChallenge` and `verifyChallenge` of `mfa/factors/index.ts` serve the API
 * and the hosted pages alike. They reject with an `OAuthError` whose `error` and `message` are what the API answers:
 * `invalid_grant` (wrong, expired or used proof), `authorization_pending`, `slow_down`, `too_many_attempts`, …
 */
export type MfaRefusal = OAuthError;
