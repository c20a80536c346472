import type { TenantContext } from '../context.ts';
import type { Artifact } from '../store/store.ts';
import { type OobData, oobKind, oobSubject } from './factors/out-of-band.ts';

/** A question that waits on somebody's simulated device. */
export interface PendingPush {
  /** Not secret towards who may answer: it is in the QR code of an enrolment. */
  readonly id: string;
  readonly userId: string;
  readonly clientId?: string | undefined;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** The newest question of a user that was not answered yet. */
export async function findPendingPush(tenant: TenantContext, userId: string): Promise<PendingPush | undefined> {
  const subject = oobSubject({ factor: 'push', userId });
  const newest = await tenant.store.artifacts.latestForSubject<OobData>(oobKind, subject);
  return newest !== undefined && isPending(tenant, newest) ? toPendingPush(newest) : undefined;
}

/** A question by its id, such as the one in the QR code of an enrolment. */
async function getPendingPush(tenant: TenantContext, id: string): Promise<PendingPush | undefined> {
  const found = await tenant.store.artifacts.get<OobData>(oobKind, id);
  return found !== undefined && isPending(tenant, found) ? toPendingPush(found) : undefined;
}

/** What the person pressed on the device; false when there was nothing to answer any more. */
export async function answerPush(tenant: TenantContext, id: string, answer: 'approved' | 'denied'): Promise<boolean> {
  const pending = await getPendingPush(tenant, id);
  if (pending === undefined) return false;
  await tenant.store.artifacts.patch(oobKind, id, { answer });
  tenant.events.record({
    type: `mfa.push_${answer}`,
    outcome: answer === 'approved' ? 'success' : 'failure',
    sentence: `The push to user ${pending.userId} was ${answer} on the device.`,
    clientId: pending.clientId,
    userId: pending.userId,
  });
  return true;
}

function isPending(tenant: TenantContext, { data, consumedAt, expiresAt }: Artifact<OobData>): boolean {
  const isPush = data.factor === 'push' && data.answer === 'pending';
  return isPush && consumedAt === undefined && expiresAt > tenant.clock.now();
}

function toPendingPush({ hash, data, createdAt, expiresAt }: Artifact<OobData>): PendingPush {
  return { id: hash, userId: data.userId, clientId: data.clientId, createdAt, expiresAt };
}
