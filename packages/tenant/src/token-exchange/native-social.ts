import { z } from 'zod';
import type { ConnectionConfig } from '../config/schema.ts';
import type { ExternalIdentity } from '../connections/resolve-user.ts';
import {
  accountIdentity,
  SocialLoginError,
  signProviderIdToken,
  verifyProviderIdToken,
} from '../connections/social/id-token.ts';
import type { ProviderAccount } from '../connections/social/providers.ts';
import type { TenantContext } from '../context.ts';
import { OAuthError } from '../errors.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';
import { RefusedToken } from './read-actor.ts';
import { type NativeSocialType, nativeSocialTypes } from './token-types.ts';

interface IssuedAccount extends Record<string, unknown> {
  readonly connection: string;
  readonly account: ProviderAccount;
}

/** Apple's authorization code is for one use, Facebook's access token for its time. Seconds. */
const forms = {
  code: { kind: 'native_social_code', lifetime: 300 },
  token: { kind: 'native_social_token', lifetime: 3_600 },
} as const;

/** What a provider's own SDK would hand to a native app. */
export async function issueNativeToken(
  tenant: TenantContext,
  connection: ConnectionConfig,
  type: NativeSocialType,
  account: ProviderAccount,
): Promise<string> {
  const { form } = nativeSocialTypes[type];
  if (form === 'id_token') return signProviderIdToken(tenant, connection, account);
  const { kind, lifetime } = forms[form];
  const value = createSecret();
  const now = tenant.clock.now();
  const data: IssuedAccount = { connection: connection.name, account };
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(value),
    data,
    createdAt: now,
    expiresAt: now + lifetime * 1000,
  });
  return value;
}

/** Whom the provider's token is about. Rejects with `RefusedToken`. */
export async function readNativeToken(
  tenant: TenantContext,
  connection: ConnectionConfig,
  type: NativeSocialType,
  { token, userProfile, clientId }: { token: string; userProfile: string | undefined; clientId: string },
): Promise<ExternalIdentity> {
  const told = readUserProfile(userProfile);
  const { form } = nativeSocialTypes[type];
  if (form === 'id_token') {
    return withProfile(await readIdToken(tenant, connection, token, clientId), told);
  }
  const { kind } = forms[form];
  const { artifacts } = tenant.store;
  const now = tenant.clock.now();
  const found =
    form === 'code'
      ? await artifacts.consume<IssuedAccount>(kind, hashSecret(token), now)
      : await artifacts.get<IssuedAccount>(kind, hashSecret(token));
  if (found === undefined || found.expiresAt <= now || found.data.connection !== connection.name) {
    throw new RefusedToken(`The simulated ${connection.name} does not know the token, or it was used or has expired.`);
  }
  return withProfile(accountIdentity(tenant, connection, found.data.account, clientId), told);
}

async function readIdToken(
  tenant: TenantContext,
  connection: ConnectionConfig,
  token: string,
  clientId: string,
): Promise<ExternalIdentity> {
  try {
    return await verifyProviderIdToken(tenant, connection, token, { clientId });
  } catch (error) {
    if (!(error instanceof SocialLoginError)) throw error;
    throw new RefusedToken(error.message, { cause: error });
  }
}

const userProfileSchema = z.object({
  name: z
    .union([z.string(), z.object({ firstName: z.string().optional(), lastName: z.string().optional() })])
    .optional(),
});

/** A JSON string. Apple tells an app the name only, and only once; the app passes it on. */
function readUserProfile(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  const parsed = userProfileSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new OAuthError('invalid_request', 'user_profile must be a JSON object as a string.');
  const { name } = parsed.data;
  const [given, family, full] =
    typeof name === 'object' ? [name.firstName, name.lastName, undefined] : [undefined, undefined, name];
  const whole = full ?? [given, family].filter(Boolean).join(' ');
  const told = { name: whole, given_name: given, family_name: family };
  return Object.fromEntries(
    Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withProfile(identity: ExternalIdentity, told: Readonly<Record<string, string>>): ExternalIdentity {
  return { ...identity, profile: { ...identity.profile, ...told } };
}
