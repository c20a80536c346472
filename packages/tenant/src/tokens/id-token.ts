import type { JWTPayload } from 'jose';
import type { TenantContext } from '../context.ts';
import type { Fault } from '../control/faults.ts';
import { multiFactorAcr } from '../mfa/policy.ts';
import type { User } from '../store/store.ts';
import { customClaims, userClaims } from './claims.ts';
import { organizationClaims } from './organization-claims.ts';
import type { Subject } from './subject.ts';

/** The ID token of OIDC Core section 2, or a wrong one if a test asked for that. */
export async function createIdToken(tenant: TenantContext, subject: Subject, user: User): Promise<string> {
  const iat = tenant.clock.seconds();
  const claims: JWTPayload = {
    ...customClaims(subject.idTokenClaims),
    ...userClaims(user, subject.scope),
    iss: tenant.issuer,
    sub: user.id,
    aud: subject.client.clientId,
    iat,
    exp: iat + subject.client.idTokenLifetime,
    ...(subject.sessionId === undefined ? {} : { sid: subject.sessionId }),
    ...organizationClaims(tenant, subject),
    ...(subject.act === undefined ? {} : { act: subject.act }),
    ...(subject.nonce === undefined ? {} : { nonce: subject.nonce }),
    ...(subject.tellAuthTime === true && subject.authTime !== undefined
      ? { auth_time: Math.floor(subject.authTime / 1000) }
      : {}),
    ...(subject.amr?.includes('mfa') === true ? { amr: [...subject.amr], acr: multiFactorAcr } : {}),
  };
  const fault = tenant.faults.takeIdToken();
  if (fault === undefined) return tenant.keys.sign(claims, { typ: 'JWT' });
  tenant.events.record({
    type: 'fault.id_token',
    outcome: 'success',
    sentence: `As asked through the control API, the ID token for client ${subject.client.clientId} carries a wrong ${fault.claim}.`,
    clientId: subject.client.clientId,
    userId: user.id,
    details: { claim: fault.claim },
  });
  return applyFault(tenant, claims, fault);
}

type IdTokenFault = Extract<Fault, { kind: 'id_token' }>;

async function applyFault(tenant: TenantContext, claims: JWTPayload, { claim, value }: IdTokenFault): Promise<string> {
  if (claim === 'signature') return flipSignature(await tenant.keys.sign(claims, { typ: 'JWT' }));
  const wrong = {
    iss: value ?? 'https://wrong-issuer.postern.test/',
    aud: value ?? 'wrong-client',
    nonce: value ?? 'wrong-nonce',
    sub: value ?? 'auth0|wrong-user',
    exp: value === undefined ? tenant.clock.seconds() - 3600 : Number(value),
  }[claim];
  return tenant.keys.sign({ ...claims, [claim]: wrong }, { typ: 'JWT' });
}

/** Changes the first character, whose bits all count, unlike those of the last one. */
function flipSignature(jwt: string): string {
  const dot = jwt.lastIndexOf('.') + 1;
  return jwt.slice(0, dot) + (jwt[dot] === 'A' ? 'B' : 'A') + jwt.slice(dot + 1);
}
