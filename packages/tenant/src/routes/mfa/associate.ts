import type { TenantContext } from '../../context.ts';
import { noStore, OAuthError, refuse } from '../../errors.ts';
import { type Parameters, readBody } from '../../http/body.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import type { EnrollmentRequest } from '../../mfa/factors/factor.ts';
import { startEnrollment } from '../../mfa/factors/index.ts';
import { readMfaBearer } from './bearer.ts';
import { enrollmentView } from './views.ts';

/** `POST /mfa/associate`: begins to set up a factor. The grant that proves it makes it count. */
export async function handleAssociate(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  const party = await readMfaBearer(tenant, c, 'enroll');
  const parameters = await readBody(c);
  if (parameters.client_id !== undefined && parameters.client_id !== party.clientId) {
    throw refuse.client(`Client ${parameters.client_id} used a token that was given to client ${party.clientId}.`);
  }
  const started = await startEnrollment(tenant, party, {
    factor: readFactor(parameters),
    phoneNumber: parameters.phone_number,
    email: parameters.email,
  });
  return c.json(enrollmentView(started), 200, noStore);
}

const channels = { sms: 'sms', voice: 'voice', email: 'email', auth0: 'push' } as const;

function readFactor(parameters: Parameters): EnrollmentRequest['factor'] {
  const [type, ...more] = readList(parameters, 'authenticator_types');
  if (type === undefined) throw refuse.missingParameter('authenticator_types');
  if (more.length > 0) throw unusable('authenticator_types must hold one type');
  if (type === 'otp') return 'otp';
  if (type !== 'oob') throw unusable(`Unsupported authenticator type: ${type}`);
  const [channel, ...others] = readList(parameters, 'oob_channels');
  if (channel === undefined) throw refuse.missingParameter('oob_channels');
  if (others.length > 0) throw unusable('oob_channels must hold one channel');
  for (const [name, factor] of Object.entries(channels)) if (name === channel) return factor;
  throw unusable(`Unsupported oob channel: ${channel}`);
}

/** An array in JSON; a form carries it as JSON text or as the bare value. */
function readList(parameters: Parameters, name: string): string[] {
  const value = parameters[name];
  if (value === undefined) return [];
  if (!value.startsWith('[')) return [value];
  try {
    const list: unknown = JSON.parse(value);
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  } catch (cause) {
    throw new OAuthError('invalid_request', `${name} must be an array of strings`, { cause });
  }
  throw unusable(`${name} must be an array of strings`);
}

function unusable(description: string): OAuthError {
  return new OAuthError('invalid_request', description, {
    explanation: `${description}. authenticator_types: ["otp"] or ["oob"]; oob_channels: ["sms"], ["voice"], ["email"] or ["auth0"].`,
  });
}
