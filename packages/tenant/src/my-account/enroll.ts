import type { TenantContext } from '../context.ts';
import { listAuthenticators } from '../mfa/enrolled.ts';
import { createGroupId } from '../mfa/factors/authenticator.ts';
import type { EnrollmentRequest, MfaParty } from '../mfa/factors/factor.ts';
import { startEnrollment } from '../mfa/factors/index.ts';
import { createRecoveryCode, hashRecoveryCode } from '../mfa/factors/recovery-code.ts';
import { challengeToEnroll } from '../passkeys/enroll.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';
import type { Account, Begun } from './account.ts';
import type { EnrollmentBody } from './enrollment-body.ts';
import { identityOf, methodIdOf } from './methods.ts';
import { beginPassword } from './password.ts';
import { badMember, Problem } from './problem.ts';

interface NamedIdentity {
  readonly connection?: string | undefined;
  readonly identity_user_id?: string | undefined;
}

/** What is shown once and counts when it is confirmed. */
export interface PendingCode extends Record<string, unknown> {
  readonly userId: string;
  readonly clientId: string;
  readonly groupId: string;
  readonly codeHash: string;
}
/** Of a passkey that is being made; it has an id of its own when it is there. */
export const newPasskeyId = 'passkey|new';
export const pendingCodeKind = 'recovery_code_enrollment';
/** Seconds. */
const pendingCodeLifetime = 600;

/** Begins to set something up. It counts when it is verified. Rejects with a `Problem` or, for bad addresses, an `OAuthError`. */
export async function beginEnrollment(tenant: TenantContext, account: Account, body: EnrollmentBody): Promise<Begun> {
  switch (body.type) {
    case 'passkey':
      return beginPasskey(tenant, account, body);
    case 'password':
      requireIdentity(account, body);
      return beginPassword(tenant, account);
    case 'recovery-code':
      return beginRecoveryCode(tenant, account);
    case 'totp':
      return beginFactor(tenant, account, { factor: 'otp' });
    case 'push-notification':
      return beginFactor(tenant, account, { factor: 'push' });
    case 'email':
      await refuseDouble(tenant, account, 'email', body.email);
      return beginFactor(tenant, account, { factor: 'email', email: body.email });
    case 'phone': {
      await refuseDouble(tenant, account, 'phoneNumber', body.phone_number);
      const { factors } = tenant.registry.config.mfa;
      const factor = body.preferred_authentication_method ?? (factors.includes('sms') ? 'sms' : 'voice');
      return beginFactor(tenant, account, { factor, phoneNumber: body.phone_number });
    }
  }
}

/**
 * The auth_session of a second factor: what the enrolment is bound to, as it is to the client that began it, and, after a
 * dot, the oob_code of what was sent, which is not stored.
 */
export function partyOf({ user, clientId }: Account, authSession: string): MfaParty & { readonly oobCode?: string } {
  const [secret = '', oobCode] = authSession.split('.');
  return {
    user,
    transaction: hashSecret(`${secret}\n${clientId}`),
    clientId,
    mayAddFactor: true,
    selfService: true,
    ...(oobCode === undefined ? {} : { oobCode }),
  };
}

async function beginFactor(tenant: TenantContext, account: Account, request: EnrollmentRequest): Promise<Begun> {
  const secret = createSecret();
  const { authenticator, oobCode, ...started } = await startEnrollment(tenant, partyOf(account, secret), request);
  if (request.factor === 'sms' || request.factor === 'voice') {
    await tenant.store.authenticators.update(authenticator.groupId, { preferred: request.factor });
  }
  const id = methodIdOf(authenticator);
  return {
    id,
    body: {
      id,
      auth_session: oobCode === undefined ? secret : `${secret}.${oobCode}`,
      ...(started.barcodeUri === undefined ? {} : { barcode_uri: started.barcodeUri }),
      ...(started.secret === undefined ? {} : { manual_input_code: started.secret }),
    },
  };
}

async function beginRecoveryCode(tenant: TenantContext, { user, clientId }: Account): Promise<Begun> {
  if (!tenant.registry.config.mfa.factors.includes('recovery-code')) {
    throw new Problem(400, 'The factor recovery-code is not enabled.');
  }
  const code = createRecoveryCode();
  const authSession = createSecret();
  const now = tenant.clock.now();
  const data: PendingCode = {
    userId: user.id,
    clientId,
    groupId: createGroupId(),
    codeHash: hashRecoveryCode(code),
  };
  await tenant.store.transaction(async (store) => {
    await store.artifacts.consumeForSubject(pendingCodeKind, user.id, now);
    await store.artifacts.insert({
      kind: pendingCodeKind,
      hash: hashSecret(authSession),
      subject: user.id,
      data,
      createdAt: now,
      expiresAt: now + pendingCodeLifetime * 1000,
    });
  });
  const id = `recovery-code|${data.groupId}`;
  return { id, body: { id, auth_session: authSession, recovery_code: code } };
}

async function beginPasskey(
  tenant: TenantContext,
  { user, clientId }: Account,
  body: EnrollmentBody & { type: 'passkey' },
): Promise<Begun> {
  const own = tenant.registry.connection(user.connection);
  if (own?.passkeys !== true) {
    throw new Problem(400, 'Passkeys are not enabled for the connection of the user.', {
      explanation: `User ${user.id} is of connection ${user.connection}, which has no passkeys; set passkeys: true on a database.`,
    });
  }
  requireIdentity({ user }, body);
  const place = { clientId, transaction: hashSecret(user.id) };
  const { authSession, options } = await challengeToEnroll(tenant, user, place, {
    excludeExisting: body.use_exclude_credentials === true,
  });
  return { id: newPasskeyId, body: { auth_session: authSession, authn_params_public_key: options } };
}

/** A user is of one connection; naming another one, or another identity, is a mistake. */
function requireIdentity(
  { user }: Pick<Account, 'user'>,
  { connection = user.connection, identity_user_id: identity = identityOf(user) }: NamedIdentity,
): void {
  if (connection !== user.connection) throw badMember('connection', 'The user has no identity in that connection.');
  if (identity !== identityOf(user)) throw badMember('identity_user_id', 'The user has no such identity.');
}

/** The same address twice would prove nothing more. */
async function refuseDouble(
  tenant: TenantContext,
  { user }: Account,
  field: 'email' | 'phoneNumber',
  value: string,
): Promise<void> {
  const authenticators = await listAuthenticators(tenant, user);
  if (!authenticators.some((one) => one.confirmed && one[field]?.toLowerCase() === value.toLowerCase())) return;
  throw new Problem(409, 'The authentication method is enrolled already.');
}
