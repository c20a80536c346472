import type { DirectLoginParameters } from './direct.ts';
import type { RequestHeaders } from './parameters.ts';

/**
 * Options for `navigator.credentials` or a native credential manager. In a browser challenge and ids are bytes, as it wants
 * them, and `JSON.stringify` gives the JSON form; anywhere else they are that form.
 */
// biome-ignore lint/suspicious/noExplicitAny: react-native-auth0 5.x types it so; `unknown` would break apps.
export type PasskeyOptions = Record<string, any>;

/** What a browser's `PublicKeyCredential` has in common with its JSON form: either will do. */
export interface PasskeyCredential {
  readonly id: string;
  readonly type: string;
  readonly response: object;
}

/** {@link Auth0.passkeySignupChallenge}. */
export interface PasskeySignupChallengeParameters extends RequestHeaders {
  /** Which of the identifiers are needed is the connection's to say. */
  email?: string;
  /** With `+` and country code (E.164). */
  phoneNumber?: string;
  username?: string;
  name?: string;
  givenName?: string;
  familyName?: string;
  nickname?: string;
  picture?: string;
  /** Kept at the user as `user_metadata`: at most 10 texts. */
  userMetadata?: Record<string, string>;
  /** Name of the database connection. Default: the tenant's default one. */
  realm?: string;
  /** Organization id (`org_…`). */
  organization?: string;
}

/** {@link Auth0.passkeyLoginChallenge}. */
export interface PasskeyLoginChallengeParameters extends RequestHeaders {
  /** Name of the database connection. Default: the tenant's default one. */
  realm?: string;
  /** Organization id (`org_…`). */
  organization?: string;
}

/** What a browser or a credential manager is to be given, and what goes back with its answer. */
export interface PasskeyChallengeResponse {
  /** Opaque; for `getTokenByPasskey`, once. */
  authSession: string;
  authParamsPublicKey: PasskeyOptions;
}

/** {@link Auth0.getTokenByPasskey}. */
export interface GetTokenByPasskeyParameters extends DirectLoginParameters {
  /** Of the challenge. */
  authSession: string;
  /** What the browser or the credential manager gave: the object, or its JSON as text; on every platform. */
  authResponse: string | PasskeyCredential;
  /** As for the challenge. */
  realm?: string;
  /** As for the challenge; checked in the ID token too. */
  organization?: string;
}
