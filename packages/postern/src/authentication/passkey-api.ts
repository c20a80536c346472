import { asPasskeyError } from '../errors/as-passkey-error.ts';
import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import { checkParameters, missingParameters } from '../protocol/api-call.ts';
import { passkeys } from '../protocol/passkeys.ts';
import { toCredentialJson } from '../protocol/webauthn.ts';
import type {
  Credentials,
  GetTokenByPasskeyParameters,
  PasskeyChallengeResponse,
  PasskeyLoginChallengeParameters,
  PasskeySignupChallengeParameters,
} from '../types/index.ts';
import { apiCaller } from './api-caller.ts';
import { directLogins } from './direct-logins.ts';

export interface PasskeyApi {
  readonly passkeySignupChallenge: (parameters: PasskeySignupChallengeParameters) => Promise<PasskeyChallengeResponse>;
  readonly passkeyLoginChallenge: (parameters: PasskeyLoginChallengeParameters) => Promise<PasskeyChallengeResponse>;
  readonly getTokenByPasskey: (parameters: GetTokenByPasskeyParameters) => Promise<Credentials>;
}

/** Signing up and in with a passkey; loaded when first used. */
export function createApi(tenant: Tenant, configuration: Configuration): { readonly passkeys: PasskeyApi } {
  const call = apiCaller(tenant, configuration);
  const { logIn } = directLogins(tenant, configuration);
  return {
    passkeys: {
      passkeySignupChallenge: asPasskeyError('PASSKEY_CHALLENGE_FAILED', call(passkeys.signupChallenge)),
      passkeyLoginChallenge: asPasskeyError('PASSKEY_CHALLENGE_FAILED', call(passkeys.loginChallenge)),
      getTokenByPasskey: asPasskeyError('PASSKEY_EXCHANGE_FAILED', async (parameters: GetTokenByPasskeyParameters) => {
        checkParameters(parameters, ['authSession']);
        const { authResponse, ...rest } = parameters;
        if (!authResponse) throw missingParameters('authResponse', ['authResponse']);
        return logIn(passkeys.grant)({ ...rest, authnResponse: JSON.stringify(toCredentialJson(authResponse)) });
      }),
    },
  };
}
