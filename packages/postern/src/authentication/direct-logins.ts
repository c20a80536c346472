import { isAuthError } from '../errors/auth-error.ts';
import { type Keep, loginOrigins } from '../http/login-origin.ts';
import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import { checkParameters } from '../protocol/api-call.ts';
import { loginScope } from '../protocol/authorize.ts';
import type { Grant } from '../protocol/grants.ts';
import { decodeClaims } from '../protocol/id-token.ts';
import { merge } from '../protocol/merge-credentials.ts';
import type { Credentials, DirectLoginParameters } from '../types/index.ts';

/** Logins that wait for a second factor, at most; an app has one at a time. */
const REMEMBERED = 20;

const logins = new WeakMap<Tenant, ReturnType<typeof createDirectLogins>>();

/** Logins without a page. One for each client: whichever part began a login, `mfa.verify` knows what it asked for. */
export function directLogins(tenant: Tenant, configuration: Configuration): ReturnType<typeof createDirectLogins> {
  const known = logins.get(tenant) ?? createDirectLogins(tenant, configuration);
  logins.set(tenant, known);
  return known;
}

function createDirectLogins(tenant: Tenant, configuration: Configuration) {
  /** By mfa_token: the API that the interrupted login asked a token for. */
  const interrupted = new Map<string, string | undefined>();

  const logIn =
    <P extends DirectLoginParameters & { organization?: string }>(grant: Grant<P>) =>
    async (parameters: P): Promise<Credentials> => {
      checkParameters(parameters, grant.requires, ['audience', 'scope', ...(grant.optional ?? [])]);
      const audience = parameters.audience || configuration.audience;
      const scope = loginScope(parameters.scope || configuration.scope, configuration.useRefreshTokens);
      const { headers, organization = undefined } = parameters;
      try {
        const { credentials } = await tenant.requestToken(
          grant,
          { ...parameters, audience, scope },
          { headers, scope, organization },
        );
        loginOrigins.set(credentials, () => ({ credentials, audience }));
        return credentials;
      } catch (error) {
        const mfaToken = isAuthError(error) && error.mfaRequired?.mfaToken;
        if (mfaToken) remember(mfaToken, audience);
        throw error;
      }
    };

  const remember = (mfaToken: string, audience: string | undefined) => {
    interrupted.set(mfaToken, audience);
    for (const oldest of interrupted.keys()) if (interrupted.size > REMEMBERED) interrupted.delete(oldest);
  };

  const prove =
    <P extends Omit<DirectLoginParameters, 'scope'> & { mfaToken: string; scope?: string }>(grant: Grant<P>) =>
    async (parameters: P): Promise<Credentials> => {
      checkParameters(parameters, grant.requires, ['audience', 'scope']);
      const { headers, mfaToken } = parameters;
      // Without a scope of its own, the step goes on with that of the login it finishes.
      const scope = parameters.scope && loginScope(parameters.scope, configuration.useRefreshTokens);
      const { credentials, answer } = await tenant.requestToken(grant, { ...parameters, scope }, { headers, scope });
      const audience = parameters.audience || interrupted.get(mfaToken);
      interrupted.delete(mfaToken);
      loginOrigins.set(credentials, finish(credentials, audience));
      const { recovery_code } = answer;
      if (typeof recovery_code === 'string')
        Object.defineProperty(credentials, 'recoveryCode', { value: recovery_code });
      return credentials;
    };

  return { logIn, prove };
}

/** A second factor may have been asked for by a renewal: what its answer leaves out is then what is stored. */
const finish =
  (credentials: Credentials, audience: string | undefined): Keep =>
  (held) => {
    const { idToken, refreshToken } = credentials;
    const isSameUser = idToken !== '' && held?.user?.sub === decodeClaims(idToken).sub;
    if (!held || refreshToken || !isSameUser) return { credentials, audience };
    return { credentials: merge(held.credentials, credentials), audience: audience ?? held.audience };
  };
