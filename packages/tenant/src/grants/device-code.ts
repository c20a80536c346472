import type { TenantContext } from '../context.ts';
import { type DeviceCode, findDeviceCode, notePoll, pollingInterval, spendDeviceCode } from '../device/device-codes.ts';
import { OAuthError, refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import { AlreadySpent } from '../tokens/subject.ts';
import type { Grant } from './grant.ts';

/** RFC 8628 section 3.4: a device asks whether the person has decided. */
export const redeemDeviceCode: Grant = async ({ client, parameters, dpopJkt }, tenant) => {
  const code = await findDeviceCode(tenant, requireParameter(parameters, 'device_code'));
  if (code === undefined) throw invalid(`Client ${client.clientId} sent an unknown device_code.`);
  const { data } = code;
  if (data.clientId !== client.clientId) {
    throw invalid(`The device_code was issued to client ${data.clientId}, but client ${client.clientId} sent it.`);
  }
  if (code.consumedAt !== undefined) throw spent(client.clientId);
  const now = tenant.clock.now();
  const { decision } = data;
  if (now >= data.expiresAt) {
    const text = 'The device_code is expired: nobody used its user code in time. Ask for another.';
    throw await lastAnswer(tenant, code, new OAuthError('expired_token', text, { status: 403 }));
  }
  if (decision === undefined) throw await stillPending(tenant, code);
  if (decision.kind === 'denied') {
    throw await lastAnswer(tenant, code, new OAuthError('access_denied', decision.description, { status: 403 }));
  }
  const user = await tenant.store.users.get(decision.userId);
  if (user === undefined) throw invalid(`User ${decision.userId} was deleted after the device was allowed.`);
  if (user.blocked) throw refuse.blockedUser(`User ${user.id} was blocked after the device was allowed.`);

  const { scope, authTime, amr, rememberedBrowser, idTokenClaims, accessTokenClaims } = decision;
  return {
    client,
    user,
    audience: data.audience,
    scope,
    authTime,
    amr,
    rememberedBrowser,
    idTokenClaims,
    accessTokenClaims,
    dpopJkt,
    redeem: async (store) => {
      if (await spendDeviceCode(store, code, now)) return undefined;
      throw new AlreadySpent(async () => spent(client.clientId));
    },
  };
};

/** Only the first who hears it hears it; from then on the code is a spent one. */
async function lastAnswer(tenant: TenantContext, code: DeviceCode, answer: OAuthError): Promise<OAuthError> {
  return (await spendDeviceCode(tenant.store, code, tenant.clock.now())) ? answer : spent(code.data.clientId);
}

async function stillPending(tenant: TenantContext, code: DeviceCode): Promise<OAuthError> {
  const { polledAt, interval } = code.data;
  if (polledAt !== undefined && tenant.clock.now() < polledAt + interval * 1000) {
    await notePoll(tenant, code, interval + pollingInterval);
    return refuse.slowDown(interval, interval + pollingInterval);
  }
  await notePoll(tenant, code, interval);
  return new OAuthError('authorization_pending', 'User has yet to authorize device code.', {
    status: 403,
    explanation: `Nobody has allowed the device of client ${code.data.clientId} yet; the client polls again in ${interval} s.`,
  });
}

function spent(clientId: string): OAuthError {
  return invalid(`Client ${clientId} sent a device_code that had its last answer already.`);
}

function invalid(explanation: string): OAuthError {
  return new OAuthError('invalid_grant', 'Invalid or expired device code.', { status: 403, explanation });
}
