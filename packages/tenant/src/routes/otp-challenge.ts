import { limitRate } from '../attack-protection/rate-limits.ts';
import type { TenantContext } from '../context.ts';
import { readChallenge } from '../database-otp/read-challenge.ts';
import { sendOtp } from '../database-otp/send-otp.ts';
import { listOf, noStore, OAuthError, recordRefusal, refuse, respondWithError } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { authenticateJsonClient } from '../http/client-authentication.ts';
import type { ProtocolContext } from '../http/protocol-context.ts';
import { requestFacts } from '../http/request-facts.ts';
import { checkPhoneNumber, SmsProviderError } from '../passwordless/sms-provider.ts';

const otpGrant = 'http://auth0.com/oauth/grant-type/passwordless/otp';

/** `POST /otp/challenge`: sends a code to somebody of a database. The answer is the same whoever has the address. */
export async function handleOtpChallenge(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  try {
    const body = await readJson(c);
    const client = await authenticateJsonClient(tenant, c, body);
    if (!client.grantTypes.includes(otpGrant)) {
      throw refuse.grantNotAllowed(
        otpGrant,
        `Client ${client.clientId} asked for a code, which needs the grant ${otpGrant}; enabled: ${listOf(client.grantTypes)}.`,
      );
    }
    await limitRate(tenant, c, 'otpChallenge', requestFacts(c, client).ip);
    const challenge = readChallenge(tenant, client, body);
    if (challenge.channel !== 'email') checkPhoneNumber(challenge.identifier);
    const language = c.req.header('x-request-language') ?? c.req.header('accept-language');
    const authSession = await sendOtp(tenant, { clientId: client.clientId }, challenge, language);
    return c.json({ auth_session: authSession }, 200, noStore);
  } catch (thrown) {
    const error =
      thrown instanceof SmsProviderError
        ? new OAuthError('sms_provider_error', thrown.message, { cause: thrown })
        : thrown;
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'otp.rejected', error, { clientId: c.get('client')?.clientId });
    return respondWithError(c, error);
  }
}
