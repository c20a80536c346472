import { randomInt } from 'node:crypto';
import type { TenantContext } from '../../context.ts';
import type { Artifact, Authenticator } from '../../store/store.ts';
import { createSecret, hashSecret } from '../../tokens/secret.ts';
import { countMessage } from '../attempts.ts';
import type { FactorName, MfaParty, StartedChallenge } from './factor.ts';

/** Seconds that a code, or a question on a device, waits for its answer. */
export const oobLifetime = 300;

/** One challenge on another channel: a code that was sent, or a question on a device. */
export interface OobData extends Record<string, unknown> {
  readonly factor: FactorName;
  readonly userId: string;
  readonly authenticatorId: string;
  /** Login it belongs to. */
  readonly transaction: string;
  readonly clientId?: string | undefined;
  /** Of codes: hash of the code and the oob_code, which is not stored, so that six digits cannot be tried out. */
  readonly codeHash?: string | undefined;
  /** Of a push. */
  readonly answer?: 'pending' | 'approved' | 'denied' | undefined;
  /** Of a push, milliseconds: before that, asking again is too fast. */
  readonly nextPollAt?: number | undefined;
}

const kind = 'mfa_oob';

export async function storeOob(
  tenant: TenantContext,
  party: MfaParty,
  authenticator: Authenticator,
  data: Pick<OobData, 'codeHash' | 'answer' | 'nextPollAt'>,
  oobCode: string,
): Promise<void> {
  const now = tenant.clock.now();
  const artifact: Omit<Artifact<OobData>, 'consumedAt' | 'attempts'> = {
    kind,
    hash: hashSecret(oobCode),
    subject: oobSubject(authenticator),
    data: {
      factor: authenticator.factor,
      userId: party.user.id,
      authenticatorId: authenticator.id,
      transaction: party.transaction,
      clientId: party.clientId,
      ...data,
    },
    createdAt: now,
    expiresAt: now + oobLifetime * 1000,
  };
  await tenant.store.artifacts.insert(artifact);
}

export function findOob(tenant: TenantContext, oobCode: string): Promise<Artifact<OobData> | undefined> {
  return tenant.store.artifacts.get<OobData>(kind, hashSecret(oobCode));
}

export function oobSubject({ factor, userId }: Pick<Authenticator, 'factor' | 'userId'>): string {
  return `${factor}:${userId}`;
}

export const oobKind = kind;

/** Sends six digits by `deliver`; the ones sent before on this channel are worthless from now on. */
export async function sendCode(
  tenant: TenantContext,
  party: MfaParty,
  authenticator: Authenticator,
  deliver: (code: string) => Promise<unknown>,
): Promise<StartedChallenge> {
  await countMessage(tenant, party.user);
  const address = authenticator.phoneNumber ?? authenticator.email ?? '';
  const code = tenant.fixedCodes.find(address) ?? randomInt(1_000_000).toString().padStart(6, '0');
  const oobCode = createSecret();
  await tenant.store.artifacts.consumeForSubject(kind, oobSubject(authenticator), tenant.clock.now());
  await storeOob(tenant, party, authenticator, { codeHash: hashCode(oobCode, code) }, oobCode);
  await deliver(code);
  return { authenticator, oobCode, bindingMethod: 'prompt' };
}

export function hashCode(oobCode: string, code: string): string {
  return hashSecret(`${oobCode}\n${code}`);
}
