import { AuthError } from '../errors/auth-error.ts';
import type { CustomTokenExchangeParameters } from '../types/index.ts';
import { grant } from './grants.ts';

const absoluteUri = /^[a-z][a-z0-9+.-]*:\S+$/i;

/** RFC 8693, with the parameters Auth0 gives to the profile of the subject token's type. */
export const customTokenExchange = grant<CustomTokenExchangeParameters>({
  type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  requires: ['subjectToken', 'subjectTokenType'],
  optional: ['organization', 'actorToken', 'actorTokenType'],
  body: ({ subjectToken, subjectTokenType, audience, scope, organization, actorToken, actorTokenType }) => ({
    subject_token: subjectToken,
    subject_token_type: subjectTokenType,
    audience,
    scope,
    organization,
    actor_token: actorToken,
    actor_token_type: actorTokenType,
  }),
});

/** What can be told without the server (wire reference sections 12 and 36). */
export function checkExchange({ subjectTokenType, actorToken, actorTokenType }: CustomTokenExchangeParameters): void {
  if (subjectTokenType && !absoluteUri.test(subjectTokenType))
    throw invalid('subjectTokenType must be an absolute URI, such as urn:acme:legacy-session.', 'subjectTokenType');
  if (!actorToken !== !actorTokenType)
    throw invalid('Give actorToken and actorTokenType both, or neither.', actorToken ? 'actorTokenType' : 'actorToken');
}

const invalid = (message: string, parameter: string) =>
  new AuthError('InvalidParameters', message, { code: 'invalid_parameters', json: { invalid: [parameter] } });
