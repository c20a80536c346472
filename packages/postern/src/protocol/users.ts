import type { GetUserParameters, PatchUserParameters, User } from '../types/index.ts';
import { apiCall, camelCase, invalidAnswer, invalidParameters } from './api-call.ts';

/** Whose token it is, beside the parameters. */
export interface UsersToken {
  token: string;
  tokenType?: string | undefined;
}

const of = {
  path: ({ id }: GetUserParameters) => `/api/v2/users/${encodeURIComponent(id)}`,
  accessToken: ({ token, tokenType }: UsersToken) => ({ token, type: tokenType }),
  read: toProfile,
};

/** The Management API, as far as a person's own token goes. */
export const users = {
  getUser: apiCall<GetUserParameters & UsersToken, User>({ ...of, requires: ['token', 'id'], optional: ['tokenType'] }),
  patchUser: apiCall<PatchUserParameters & UsersToken, User>({
    ...of,
    method: 'PATCH',
    requires: ['token', 'id'],
    optional: ['tokenType'],
    body: ({ metadata }) => {
      if (typeof metadata !== 'object' || metadata === null)
        throw invalidParameters('Parameters of the wrong type: metadata', ['metadata']);
      return { user_metadata: metadata };
    },
  }),
};

/** The Management API calls `sub` `user_id`. */
function toProfile(json: unknown): User {
  const { sub, ...profile } = camelCase(json);
  const known = sub ?? profile.userId;
  if (typeof known !== 'string') throw invalidAnswer();
  return { ...profile, sub: known };
}
