import type { z } from 'zod';
import type { VerificationConfig } from '../config/schema.ts';
import { accountFor, isSocial } from '../connections/social/providers.ts';
import type { TenantContext } from '../context.ts';
import { issueNativeToken } from '../token-exchange/native-social.ts';
import { signWithTestKey } from '../token-exchange/test-key.ts';
import { type NativeSocialType, nativeSocialTypes } from '../token-exchange/token-types.ts';
import { ControlError } from './control-error.ts';
import { nativeTokenSchema, parseInput, subjectTokenSchema } from './input.ts';

/** What a native app sends after the provider's own SDK signed the person in. */
export interface NativeSocialToken {
  readonly subjectToken: string;
  readonly subjectTokenType: NativeSocialType;
  /** JSON as a string, where the provider tells an app about the person. */
  readonly userProfile?: string;
}

/** Tokens to exchange, for tests. */
export interface SubjectTokenControl {
  /**
   * A token for a token exchange profile (or for its actor) whose verification has `testKey`. Issuer, audience and times
   * are those the profile asks for, unless `claims` says otherwise; it lives for `lifetime` seconds (default 300).
   * @throws ControlError `not_found` when there is no profile for the type, `conflict` when it trusts other keys
   */
  signSubjectToken(options: z.input<typeof subjectTokenSchema>): Promise<string>;
  /**
   * A token of the simulated provider of a connection.
   * @throws ControlError `not_found` when there is no such connection, `invalid_request` when its provider has none
   */
  mintSocialToken(options: z.input<typeof nativeTokenSchema>): Promise<NativeSocialToken>;
}

export function createSubjectTokenControl(tenant: TenantContext): SubjectTokenControl {
  return {
    async signSubjectToken(options) {
      const { type, claims, lifetime } = parseInput(subjectTokenSchema, options);
      const { issuer, audience, testKey } = findVerification(tenant, type);
      if (!testKey) {
        throw new ControlError(
          'conflict',
          `Tokens of the type ${type} are verified with other keys than the test key.`,
        );
      }
      const iat = tenant.clock.seconds();
      return signWithTestKey(tenant, { iss: issuer, aud: audience, iat, exp: iat + lifetime, ...claims });
    },

    async mintSocialToken(options) {
      const {
        connection: name,
        email,
        name: fullName = email,
        emailVerified,
        type: wanted,
      } = parseInput(nativeTokenSchema, options);
      const connection = tenant.registry.connection(name);
      if (connection === undefined || !isSocial(connection)) {
        throw new ControlError('not_found', `There is no social connection "${name}".`);
      }
      const types = (Object.keys(nativeSocialTypes) as NativeSocialType[]).filter(
        (one) => nativeSocialTypes[one].strategy === connection.strategy,
      );
      const type = wanted === undefined ? types[0] : types.find((one) => one === wanted);
      if (type === undefined) {
        throw new ControlError(
          'invalid_request',
          `type: ${connection.strategy} has no such token for native apps; allowed: ${types.join(', ') || 'none'}`,
        );
      }
      const account = accountFor(tenant, connection, { email, name: fullName, emailVerified });
      const [firstName, ...rest] = fullName.split(' ');
      const profiles: Partial<Record<string, object>> = {
        apple: { name: { firstName, lastName: rest.join(' ') } },
        facebook: { name: fullName, email },
      };
      const profile = profiles[connection.strategy];
      return {
        subjectToken: await issueNativeToken(tenant, connection, type, account),
        subjectTokenType: type,
        ...(profile === undefined ? {} : { userProfile: JSON.stringify(profile) }),
      };
    },
  };
}

function findVerification(tenant: TenantContext, type: string): VerificationConfig {
  for (const { subjectTokenType, verification, actor } of tenant.registry.config.tokenExchangeProfiles) {
    if (subjectTokenType === type) return verification;
    if (actor?.tokenType === type && actor.verification !== undefined) return actor.verification;
  }
  throw new ControlError('not_found', `There is no token exchange profile for the type ${type}.`);
}
