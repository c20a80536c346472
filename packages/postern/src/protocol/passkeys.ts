import type {
  DirectLoginParameters,
  PasskeyChallengeResponse,
  PasskeyLoginChallengeParameters,
  PasskeySignupChallengeParameters,
} from '../types/index.ts';
import { apiCall, asRecord, invalidAnswer } from './api-call.ts';
import { grant } from './grants.ts';
import { forThisEngine } from './webauthn.ts';

const profile = {
  email: 'email',
  phoneNumber: 'phone_number',
  username: 'username',
  name: 'name',
  givenName: 'given_name',
  familyName: 'family_name',
  nickname: 'nickname',
  picture: 'picture',
} as const;
const profileNames = Object.keys(profile) as (keyof typeof profile)[];

/** Passkeys of a database (wire reference sections 15 and 37). An empty text says nothing, and is not sent. */
export const passkeys = {
  signupChallenge: apiCall<PasskeySignupChallengeParameters, PasskeyChallengeResponse>({
    path: '/passkey/register',
    requires: [],
    optional: [...profileNames, 'realm', 'organization'],
    body: (parameters) => ({
      user_profile: Object.fromEntries(profileNames.map((name) => [profile[name], parameters[name] || undefined])),
      user_metadata: parameters.userMetadata,
      realm: parameters.realm || undefined,
      organization: parameters.organization || undefined,
    }),
    read: toChallenge,
  }),
  loginChallenge: apiCall<PasskeyLoginChallengeParameters, PasskeyChallengeResponse>({
    path: '/passkey/challenge',
    requires: [],
    optional: ['realm', 'organization'],
    body: ({ realm, organization }) => ({ realm: realm || undefined, organization: organization || undefined }),
    read: toChallenge,
  }),
  grant: grant<
    DirectLoginParameters & { authSession: string; authnResponse: string; realm?: string; organization?: string }
  >({
    type: 'urn:okta:params:oauth:grant-type:webauthn',
    requires: ['authSession'],
    optional: ['realm', 'organization'],
    body: ({ authSession, authnResponse, realm, audience, scope, organization }) => ({
      auth_session: authSession,
      authn_response: authnResponse,
      realm: realm || undefined,
      audience,
      scope,
      organization: organization || undefined,
    }),
    json: ['authn_response'],
  }),
};

function toChallenge(json: unknown): PasskeyChallengeResponse {
  const { auth_session, authn_params_public_key } = asRecord(json);
  if (typeof auth_session !== 'string' || !auth_session) throw invalidAnswer();
  const options = asRecord(authn_params_public_key);
  try {
    return { authSession: auth_session, authParamsPublicKey: forThisEngine(options) };
  } catch {
    throw invalidAnswer();
  }
}
