import { Auth0 } from '../auth0.ts';
import type { Platform } from '../platform/platform.ts';
import type { Auth0Options, Credentials, User } from '../types/index.ts';

/** The user of a test that needs no tenant: `sub`, and whatever claims matter. */
export interface SignedInUser extends Partial<User> {
  readonly sub: string;
}

const DAY = 86_400;

/** Stores a session as a login would have left it, for `platform`'s clients with these options. */
export async function storeSession(options: Auth0Options, user: SignedInUser, platform: Platform): Promise<void> {
  const auth0 = new Auth0({ ...options, platform });
  await auth0.credentialsManager.saveCredentials(credentialsOf(user, options.scope, platform));
  auth0.session.dispose();
}

/** Tokens that no tenant made, which say so: no API takes them, and none can be renewed. */
function credentialsOf(user: SignedInUser, scope: string | undefined, { clock }: Platform): Credentials {
  return {
    idToken: `${encode({ alg: 'none' })}.${encode(toClaims(user))}.`,
    accessToken: 'access-token-of-a-test',
    tokenType: 'Bearer',
    expiresAt: Math.floor(clock.now() / 1000) + DAY,
    scope: scope ?? 'openid profile email',
  };
}

/** As ID tokens spell them (OpenID Connect Core 5.1); other claims keep their names. */
const claimNames: Readonly<Record<string, string>> = {
  givenName: 'given_name',
  familyName: 'family_name',
  middleName: 'middle_name',
  preferredUsername: 'preferred_username',
  emailVerified: 'email_verified',
  phoneNumber: 'phone_number',
  phoneNumberVerified: 'phone_number_verified',
  updatedAt: 'updated_at',
};

const toClaims = (user: SignedInUser) =>
  Object.fromEntries(Object.entries(user).map(([name, value]) => [claimNames[name] ?? name, value]));

function encode(value: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
