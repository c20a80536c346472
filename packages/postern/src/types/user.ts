/**
 * The person who is signed in, from the ID token. Standard OpenID claims are camelCase; every other claim (custom,
 * namespaced, `org_id`) keeps its own name. Claims of the protocol itself (`iss`, `aud`, `exp` …) are left out.
 *
 * @example
 * const { user } = useAuth0();
 * user?.givenName;
 * user?.['https://example.com/roles'];
 */
export interface User {
  /** Identifier of the user at the tenant, e.g. `auth0|6743…`. */
  sub: string;
  name?: string;
  givenName?: string;
  familyName?: string;
  middleName?: string;
  nickname?: string;
  preferredUsername?: string;
  profile?: string;
  picture?: string;
  website?: string;
  email?: string;
  emailVerified?: boolean;
  gender?: string;
  birthdate?: string;
  zoneinfo?: string;
  locale?: string;
  phoneNumber?: string;
  phoneNumberVerified?: boolean;
  /** An object by OpenID Connect Core 5.1.1; some tenants send text. */
  address?: string | Record<string, unknown>;
  updatedAt?: string;
  /** Who acts for the user, after a token exchange with an actor (RFC 8693 section 4.1). */
  act?: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: react-native-auth0 5.x types custom claims so; `unknown` would break apps.
  [claim: string]: any;
}
