import { AuthError, isAuthError } from '../errors/auth-error.ts';
import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import type { Clock } from '../platform/platform.ts';
import { checkParameters, missingParameters } from '../protocol/api-call.ts';
import { loginScope } from '../protocol/authorize.ts';
import type {
  Credentials,
  DeviceAuthorizationParameters,
  DirectLoginParameters,
  RequestHeaders,
} from '../types/index.ts';

/** RFC 8628 section 3.2. */
interface DeviceAnswer {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete?: string;
  /** Seconds. */
  readonly expires_in: number;
  /** Seconds between polls; 5 where the server does not say. */
  readonly interval?: number;
}

type Redeem = (parameters: DirectLoginParameters & { deviceCode: string }) => Promise<Credentials>;

/** What each `slow_down` adds to the interval, in seconds (RFC 8628 section 3.5). */
const SLOWER = 5;

export const authorizeDevice =
  (tenant: Tenant, configuration: Configuration, redeem: Redeem) =>
  async (parameters: DeviceAuthorizationParameters): Promise<Credentials> => {
    checkParameters(parameters, [], ['audience', 'scope']);
    const { onUserCode, signal, headers } = parameters;
    if (typeof onUserCode !== 'function') throw missingParameters('onUserCode', ['onUserCode']);
    if (signal?.aborted) throw cancelled();
    const audience = parameters.audience || configuration.audience;
    const scope = loginScope(parameters.scope || configuration.scope, configuration.useRefreshTokens);
    const begun = tenant.clock.now();
    const answer = await requestCode(tenant, { client_id: configuration.clientId, scope, audience }, headers);
    const expiresAt = begun + answer.expires_in * 1000;
    const { user_code: userCode, verification_uri: verificationUri, verification_uri_complete: complete } = answer;
    onUserCode({
      userCode,
      verificationUri,
      ...(complete ? { verificationUriComplete: complete } : {}),
      expiresAt: Math.floor(expiresAt / 1000),
    });
    const sent = {
      deviceCode: answer.device_code,
      scope,
      ...(audience ? { audience } : {}),
      ...(headers ? { headers } : {}),
    };
    let interval = answer.interval ?? 5;
    for (;;) {
      await wait(tenant.clock, interval * 1000, signal);
      try {
        return await redeem(sent);
      } catch (error) {
        const { code } = isAuthError(error) ? error : { code: '' };
        // A server that cannot be reached just now is asked less often, and no reason to begin anew.
        if (code === 'slow_down' || code === 'network_error' || code === 'timeout') interval += SLOWER;
        else if (code !== 'authorization_pending') throw error;
        // The server may be gone for good, or forget to say that the code is.
        if (tenant.clock.now() >= expiresAt + interval * 1000) throw code.includes('_pending') ? expired() : error;
      }
    }
  };

async function requestCode(
  tenant: Tenant,
  asked: Readonly<Record<string, string | undefined>>,
  headers: RequestHeaders['headers'],
): Promise<DeviceAnswer> {
  const server = await tenant.server();
  const { device_authorization_endpoint: endpoint } = server;
  if (!endpoint) {
    throw new AuthError('UnsupportedOperation', 'The server knows no device flow.', { code: 'unsupported_operation' });
  }
  const body = new URLSearchParams(
    Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const response = await tenant.send(server, endpoint, {
    method: 'POST',
    headers: { accept: 'application/json', ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  });
  const answer = (await response.json().catch(() => null)) as DeviceAnswer | null;
  const { device_code, user_code, verification_uri, expires_in } = answer ?? {};
  const isWhole = [device_code, user_code, verification_uri].every(
    (value) => typeof value === 'string' && value !== '',
  );
  if (!answer || !isWhole || !Number.isFinite(expires_in)) {
    throw new AuthError('InvalidResponse', 'The answer is no device code.', { code: 'invalid_response' });
  }
  return answer;
}

function wait(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clock.clearTimeout(timer);
      reject(cancelled());
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

const cancelled = () =>
  new AuthError('UserCancelled', 'The login was cancelled.', { code: 'a0.session.user_cancelled' });

const expired = () =>
  new AuthError('ExpiredToken', 'Nobody allowed the device in time. Begin again.', { code: 'expired_token' });
