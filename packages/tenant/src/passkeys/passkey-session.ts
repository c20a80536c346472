import type { TenantContext } from '../context.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';

/** What a challenge is for. `auth_session` names it. */
export type PasskeySession = {
  readonly clientId: string;
  /** Name of the database. */
  readonly connection: string;
  /** base64url */
  readonly challenge: string;
  readonly organization?: string | undefined;
  /** Only for the login it was asked for in, or the person whose account it is; hashed. */
  readonly transaction?: string | undefined;
} & (
  | { readonly purpose: 'login' }
  | { readonly purpose: 'signup'; readonly userHandle: string; readonly newcomer: PasskeyNewcomer }
  | { readonly purpose: 'enroll'; readonly userHandle: string }
);

/** Who signs up. */
export interface PasskeyNewcomer {
  readonly email?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly username?: string | undefined;
  readonly profile: Readonly<Record<string, string>>;
  readonly userMetadata: Readonly<Record<string, string>>;
}

type Purpose = PasskeySession['purpose'];

const kind = 'passkey_session';

export async function createPasskeySession(tenant: TenantContext, session: PasskeySession): Promise<string> {
  const authSession = createSecret();
  const now = tenant.clock.now();
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(authSession),
    data: session,
    createdAt: now,
    expiresAt: now + tenant.registry.config.passkeys.timeout * 1000,
  });
  return authSession;
}

/** The session for exactly one caller, whatever becomes of the answer to its challenge (T33); else why not. */
export async function spendPasskeySession<P extends Purpose>(
  tenant: TenantContext,
  authSession: string,
  expected: { readonly clientId: string; readonly purposes: readonly P[]; readonly transaction?: string | undefined },
): Promise<Extract<PasskeySession, { purpose: P }> | { readonly problem: string }> {
  const { artifacts } = tenant.store;
  const hash = hashSecret(authSession);
  const found = await artifacts.get<PasskeySession>(kind, hash);
  if (found === undefined) return { problem: 'The auth_session is unknown to this tenant.' };
  const session = found.data;
  if (session.clientId !== expected.clientId) {
    return {
      problem: `The auth_session was given to client ${session.clientId}, but client ${expected.clientId} sent it.`,
    };
  }
  if (!isFor(session, expected.purposes)) {
    return { problem: `The auth_session is for ${session.purpose}, and was used for something else.` };
  }
  if (session.transaction !== expected.transaction) {
    return { problem: 'The auth_session belongs to another login, or to another person.' };
  }
  if (found.consumedAt !== undefined) return { problem: 'The auth_session was used before; it works once.' };
  const now = tenant.clock.now();
  if (found.expiresAt <= now) {
    return { problem: `The auth_session has expired; it lives for ${tenant.registry.config.passkeys.timeout} s.` };
  }
  if ((await artifacts.consume(kind, hash, now)) !== undefined) return session;
  return { problem: 'Another call used the auth_session first; it works once.' };
}

function isFor<P extends Purpose>(
  session: PasskeySession,
  purposes: readonly P[],
): session is Extract<PasskeySession, { purpose: P }> {
  return purposes.some((purpose) => purpose === session.purpose);
}
