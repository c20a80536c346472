import type { TenantContext } from '../context.ts';
import type { Artifact, Store } from '../store/store.ts';
import type { AccessToken } from './access-token.ts';
import { createSecret, hashSecret } from './secret.ts';
import type { Subject } from './subject.ts';

/** What a session transfer token stands for: a login that may go on in one browser. */
export interface SessionTransferData extends Record<string, unknown> {
  readonly clientId: string;
  readonly userId: string;
  /** The family whose refresh token was exchanged. */
  readonly familyId: string;
  /** Where the exchange came from. */
  readonly address: string;
  /** Milliseconds: when the person proved who they are. */
  readonly authTime: number;
  readonly amr: readonly string[];
  readonly organizationId?: string | undefined;
}

export const sessionTransferTokenType = 'urn:auth0:params:oauth:token-type:session_transfer_token';

const kind = 'session_transfer';
/** Seconds. */
const lifetime = 60;

/** `urn:{domain}:session_transfer`, with the issuer's port or without. */
export function isSessionTransferAudience(tenant: TenantContext, audience: string | undefined): boolean {
  const { host, hostname } = new URL(tenant.issuer);
  return audience === `urn:${host}:session_transfer` || audience === `urn:${hostname}:session_transfer`;
}

export function createSessionTransferToken(
  tenant: TenantContext,
  { client, user, family, amr, authTime, organization }: Subject,
  { address }: { readonly address: string },
): AccessToken {
  if (user === undefined || family === undefined) throw new Error('A session transfer needs a refresh token.');
  const value = createSecret();
  const now = tenant.clock.now();
  const data: SessionTransferData = {
    clientId: client.clientId,
    userId: user.id,
    familyId: family.id,
    address,
    authTime: authTime ?? family.authTime,
    amr: amr ?? [],
    organizationId: organization?.id,
  };
  const save = async (store: Store) => {
    const artifact = { kind, hash: hashSecret(value), subject: user.id, data, createdAt: now };
    await store.artifacts.insert({ ...artifact, expiresAt: now + lifetime * 1000 });
  };
  return { value, expiresIn: lifetime, save };
}

/** For exactly one caller, within its time; undefined when unknown, spent or expired. */
export function spendSessionTransferToken(
  tenant: TenantContext,
  value: string,
): Promise<Artifact<SessionTransferData> | undefined> {
  return tenant.store.artifacts.consume<SessionTransferData>(kind, hashSecret(value), tenant.clock.now());
}
