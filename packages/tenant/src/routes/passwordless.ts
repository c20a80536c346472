import { limitRate } from '../attack-protection/rate-limits.ts';
import { recordSuspiciousAddress, suspiciousAddressText } from '../attack-protection/suspicious-address.ts';
import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { listOf, noStore, OAuthError, recordRefusal, refuse, respondWithError } from '../errors.ts';
import { type Parameters, readBody } from '../http/body.ts';
import { authenticateClient } from '../http/client-authentication.ts';
import type { ProtocolContext } from '../http/protocol-context.ts';
import { requestFacts } from '../http/request-facts.ts';
import { bad, checkEnvelope, readRecipient, readStart } from '../passwordless/read-start.ts';
import { sendPasswordless } from '../passwordless/send.ts';
import { SmsProviderError } from '../passwordless/sms-provider.ts';
import { checkCode, mayAskForCode } from '../passwordless/verify.ts';

const otpGrant = 'http://auth0.com/oauth/grant-type/passwordless/otp';

/** `POST /passwordless/start`: sends a code or link. */
export async function handlePasswordlessStart(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  let parameters: Parameters = {};
  try {
    parameters = await readBody(c);
    const body = await readTyped(c, parameters);
    checkEnvelope(tenant, body);
    const client = await authenticateClient(tenant, c, parameters);
    const { connection, identifier, form, authParams } = readStart(tenant, tenant.registry.connectionsOf(client), body);
    checkGrant(client, form);
    const recipient = { clientId: client.clientId, connection, identifier };
    if (!(await mayAskForCode(tenant, recipient))) {
      throw bad(
        'connection',
        'Public signup is disabled',
        `Nobody in connection ${connection.name} has that address, and its sign-up is off.`,
      );
    }
    await limitRate(tenant, c, 'passwordlessStart', requestFacts(c, client, parameters).ip);
    const language = c.req.header('x-request-language') ?? c.req.header('accept-language');
    await sendPasswordless(tenant, recipient, { form, authParams, language });
    return c.json(describeStart(c, connection.strategy === 'sms', identifier), 200, noStore);
  } catch (thrown) {
    const error = thrown instanceof SmsProviderError ? refuseByProvider(thrown) : thrown;
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'passwordless.rejected', error, { clientId: parameters.client_id });
    return respondWithError(c, error);
  }
}

/** JSON with its own types, so that a number where text belongs is told apart; a form as it is. */
async function readTyped(c: ProtocolContext, parameters: Parameters): Promise<Readonly<Record<string, unknown>>> {
  const isJson = (c.req.header('content-type') ?? '').toLowerCase().startsWith('application/json');
  if (isJson) return JSON.parse(await c.req.text());
  const { authParams } = parameters;
  return { ...parameters, ...(authParams === undefined ? {} : { authParams: parseObject(authParams) }) };
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A code is spent at the token endpoint, a link ends as a redirect login; the client must be allowed the one it asks for. */
function checkGrant(client: ClientConfig, form: 'code' | 'link'): void {
  const needed = form === 'code' ? otpGrant : 'authorization_code';
  if (client.grantTypes.includes(needed)) return;
  throw new OAuthError('unauthorized_client', `Grant type '${needed}' not allowed for the client.`, {
    status: 401,
    explanation: `Client ${client.clientId} asked for a ${form}, which needs the grant ${needed}; enabled: ${listOf(client.grantTypes)}.`,
  });
}

function refuseByProvider(error: SmsProviderError): OAuthError {
  return new OAuthError('sms_provider_error', error.message, { cause: error });
}

/** `_id` is of this request, not of a user: the answer tells nobody who has an account. */
function describeStart(c: ProtocolContext, isSms: boolean, identifier: string): Record<string, unknown> {
  const language = c.req.header('x-request-language');
  const id = crypto.randomUUID().replaceAll('-', '').slice(0, 24);
  return {
    _id: id,
    ...(isSms ? { phone_number: identifier, phone_verified: false } : { email: identifier, email_verified: false }),
    ...(language === undefined ? {} : { request_language: language }),
  };
}

/**
 * `POST /passwordless/verify`: whether a code is right, without spending it. auth0-js asks before it sends the browser to
 * `/passwordless/verify_redirect`, so that a typing error is told on the page that it was made on.
 */
export async function handlePasswordlessVerify(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  let parameters: Parameters = {};
  try {
    parameters = await readBody(c);
    const client = await authenticateClient(tenant, c, parameters);
    checkGrant(client, 'link');
    const { verification_code: code } = parameters;
    const named = readRecipient(tenant, tenant.registry.connectionsOf(client), parameters);
    if (code === undefined) throw bad('verification_code', 'Missing required property: verification_code');
    const recipient = { ...named, clientId: client.clientId };
    const check = await checkCode(tenant, recipient, code.trim(), requestFacts(c, client, parameters).ip);
    if (check.kind === 'suspicious_address') {
      recordSuspiciousAddress(tenant, 'login', { clientId: client.clientId });
      throw refuse.tooManyAttempts(suspiciousAddressText, 'The address gave too many wrong codes and is slowed down.');
    }
    if (check.kind !== 'ok') {
      throw new OAuthError('invalid_grant', check.text, { status: 403, explanation: check.explanation });
    }
    return c.json({}, 200, noStore);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'passwordless.rejected', error, { clientId: parameters.client_id });
    return respondWithError(c, error);
  }
}
