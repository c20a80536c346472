import type { RequestHeaders } from './parameters.ts';
import type { User } from './user.ts';

/** {@link IUsersClient.getUser}. */
export interface GetUserParameters extends RequestHeaders {
  /** As in `user.sub`, e.g. `auth0|6743…`. */
  id: string;
}

/** {@link IUsersClient.patchUser}. */
export interface PatchUserParameters extends GetUserParameters {
  /** Merged into the user's `user_metadata`, property by property. */
  // biome-ignore lint/suspicious/noExplicitAny: react-native-auth0 5.x types it so.
  metadata: Record<string, any>;
}

/**
 * The Management API with a person's own token: `auth0.users(token)`. Failures are `AuthError`s with the server's words.
 *
 * @deprecated Gone in react-native-auth0 6. Read with `auth.userInfo`; change metadata from a server of your own.
 */
export interface IUsersClient {
  /** @deprecated See {@link IUsersClient}. */
  getUser: (parameters: GetUserParameters) => Promise<User>;
  /** @deprecated See {@link IUsersClient}. */
  patchUser: (parameters: PatchUserParameters) => Promise<User>;
}
