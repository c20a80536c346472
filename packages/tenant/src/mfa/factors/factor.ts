import type { TenantContext } from '../../context.ts';
import type { Authenticator, Store, User } from '../../store/store.ts';

/** A way to prove a second thing, one file each in this folder. */
export type FactorName = 'otp' | 'sms' | 'voice' | 'email' | 'push' | 'recovery-code';

/** How the protocol names kinds of factors in `mfa_requirements` and as `type` of an authenticator. */
export type FactorType = 'otp' | 'phone' | 'email' | 'push-notification' | 'recovery-code';

/** Who proves something, and in which login: codes of one transaction are worthless in another (T32). */
export interface MfaParty {
  readonly user: User;
  /** Names the login without being its secret: `hashSecret` of the mfa_token or of the interaction's id. */
  readonly transaction: string;
  readonly clientId?: string | undefined;
  /** The login is complete, second factor included: further factors may be added. */
  readonly mayAddFactor?: boolean | undefined;
  /** At the My Account API: several factors may be set up side by side, and the recovery code is one of them. */
  readonly selfService?: boolean | undefined;
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
export interface StartedEnrollment extends StartedChallenge {
  /** otp: base32, for typing instead of scanning. */
  readonly secret?: string | undefined;
  /** otp and push: what the QR code holds. */
  readonly barcodeUri?: string | undefined;
  /** Only at the first enrolment of a user. Shown once. */
  readonly recoveryCodes?: readonly string[] | undefined;
}

export interface StartedChallenge {
  readonly authenticator: Authenticator;
  /** sms, voice, email and push: to be sent back with the proof. */
  readonly oobCode?: string | undefined;
  /** `prompt`: the person types the code that was sent. Absent for push, which is polled. */
  readonly bindingMethod?: 'prompt' | undefined;
}

/** What a person brings. An `oob` proof without `bindingCode` asks whether a push was answered. */
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

/** What an enrolment adds; the first is the one that is proved, the others come with it. */
export interface NewAuthenticators {
  readonly authenticators: readonly [Authenticator, ...Authenticator[]];
  readonly secret?: string | undefined;
}

export interface Factor {
  readonly name: FactorName;
  /** Says what will be stored. Absent: nobody sets it up by itself. Rejects when number or address are no good. */
  readonly plan?: (tenant: TenantContext, user: User, request: EnrollmentRequest) => NewAuthenticators;
  /** Sends what has to be sent. Called for a challenge and, after it was stored, for an enrolment. */
  readonly start: (tenant: TenantContext, party: MfaParty, authenticator: Authenticator) => Promise<StartedChallenge>;
  /** What the QR code of an enrolment holds. */
  readonly barcodeUri?: (tenant: TenantContext, user: User, started: StartedEnrollment) => string;
}
