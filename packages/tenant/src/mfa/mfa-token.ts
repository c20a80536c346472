import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { refuse } from '../errors.ts';
import type { LoginAttempt, MfaRequirement, Passed } from '../login/gate.ts';
import type { Store } from '../store/store.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';
import type { Subject } from '../tokens/subject.ts';

/** What the login gets when its second factor is proved, besides what the gate passed. */
export interface Resumption {
  readonly gty?: Subject['gty'];
  /** Milliseconds: when the first factor was proved. */
  readonly authTime?: number | undefined;
  readonly tellAuthTime?: boolean | undefined;
  readonly organizationId?: string | undefined;
  /** The refresh token to rotate, when the login is a renewal. */
  readonly refreshTokenHash?: string | undefined;
  /** Key the interrupted request was proved with; the request that goes on needs the same. */
  readonly dpopJkt?: string | undefined;
}

export interface MfaTokenData extends Record<string, unknown> {
  readonly clientId: string;
  readonly userId: string;
  readonly connection?: string | undefined;
  readonly protocol: LoginAttempt['protocol'];
  readonly amr: readonly string[];
  readonly audience?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly passed: Passed;
  readonly requirement: MfaRequirement;
  readonly resume: Resumption;
}

/** An interrupted login. */
export interface MfaToken {
  readonly hash: string;
  readonly data: MfaTokenData;
}

const kind = 'mfa_token';
/** Seconds. */
const mfaTokenLifetime = 600;

export async function createMfaToken(tenant: TenantContext, data: MfaTokenData): Promise<string> {
  const value = createSecret();
  const now = tenant.clock.now();
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(value),
    subject: data.userId,
    data,
    createdAt: now,
    expiresAt: now + mfaTokenLifetime * 1000,
  });
  return value;
}

/** The login the token stands for. Rejects when it is unknown, spent, expired or another client's. */
export async function findMfaToken(tenant: TenantContext, value: string, client?: ClientConfig): Promise<MfaToken> {
  const hash = hashSecret(value);
  const found = await tenant.store.artifacts.get<MfaTokenData>(kind, hash);
  if (found === undefined) throw refuse.mfaToken('The mfa_token is unknown to this tenant.');
  const { data } = found;
  if (client !== undefined && data.clientId !== client.clientId) {
    throw refuse.mfaToken(`The mfa_token was given to client ${data.clientId} but client ${client.clientId} used it.`);
  }
  if (found.consumedAt !== undefined) throw refuse.mfaToken('The mfa_token has been used to finish its login.');
  if (found.expiresAt <= tenant.clock.now()) {
    throw refuse.expiredMfaToken(`The mfa_token lives for ${mfaTokenLifetime} s and has expired; log in again.`);
  }
  return { hash, data };
}

/** True for exactly one caller. */
export async function spendMfaToken(store: Store, { hash }: MfaToken, now: number): Promise<boolean> {
  return (await store.artifacts.consume(kind, hash, now)) !== undefined;
}
