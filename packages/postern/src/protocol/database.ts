import type { CreatedUser, CreateUserParameters, ResetPasswordParameters } from '../types/index.ts';
import { apiCall, asRecord, camelCase, invalidAnswer } from './api-call.ts';

/** Database connections (wire reference section 17). */
export const database = {
  createUser: apiCall<CreateUserParameters, CreatedUser>({
    path: '/dbconnections/signup',
    requires: ['email', 'password', 'connection'],
    body: ({ headers: _, metadata, ...given }) => ({ ...given, ...(metadata ? { user_metadata: metadata } : {}) }),
    read: toCreatedUser,
  }),
  resetPassword: apiCall<ResetPasswordParameters>({
    path: '/dbconnections/change_password',
    requires: ['email', 'connection'],
    body: ({ email, connection, organization }) => ({ email, connection, organization: organization || undefined }),
  }),
};

/** The id has been called `_id`, `id` and `user_id`. */
function toCreatedUser(json: unknown): CreatedUser {
  const { _id, id = _id, user_id, ...profile } = asRecord(json);
  const known = id ?? user_id;
  if (typeof known !== 'string') throw invalidAnswer();
  return { ...camelCase(profile), id: known };
}
