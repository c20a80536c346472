import { loadPart } from '../errors/load-part.ts';
import type { Tenant } from '../http/tenant.ts';
import { accountMethods, byName } from '../method-names.ts';
import type { Configuration } from '../options.ts';
import type { IUsersClient } from '../types/index.ts';
import type { AccountApi } from './account-api.ts';
import type { DirectApi, ExchangeApi } from './direct-api.ts';
import type { PasskeyApi } from './passkey-api.ts';

type Apis = DirectApi & AccountApi & { readonly passkeys: PasskeyApi };
type Loader = () => Promise<{
  readonly createApi: (tenant: Tenant, configuration: Configuration) => Partial<Apis>;
}>;

export interface LazyApi extends Pick<Apis, 'auth'> {
  readonly exchanges: Pick<ExchangeApi, 'ssoExchange'>;
  /** Members of the client itself. */
  readonly client: Pick<Apis, 'mfa' | 'passwordless' | 'myAccount'> &
    PasskeyApi &
    Pick<ExchangeApi, 'customTokenExchange'> & {
      readonly users: (token: string, tokenType?: string) => IUsersClient;
    };
}

/** The methods that are not needed to sign in on the login page: each part is loaded by the first call of one. */
export function createLazyApi(tenant: Tenant, configuration: Configuration): LazyApi {
  const direct = () => import('./direct-api.ts');
  const account = () => import('./account-api.ts');
  const group = <G extends keyof Apis, N extends string>(load: Loader, name: G, methods: N, more?: object) =>
    byName(methods, (method) => async (parameters: object) => {
      const api = (await loadPart(load())).createApi(tenant, configuration)[name];
      return (api as unknown as Methods)[method]?.({ ...parameters, ...more });
    }) as unknown as Pick<Apis[G], NamesOf<Apis[G], N>>;
  return {
    auth: group(
      direct,
      'auth',
      'passwordRealm exchange exchangeNativeSocial createUser resetPassword passwordlessWithEmail passwordlessWithSMS loginWithEmail loginWithSMS deviceAuthorization loginWithOTP loginWithOOB loginWithRecoveryCode multifactorChallenge refreshToken userInfo revoke',
    ),
    exchanges: group(direct, 'exchanges', 'ssoExchange'),
    client: {
      ...group(direct, 'exchanges', 'customTokenExchange'),
      ...group(
        () => import('./passkey-api.ts'),
        'passkeys',
        'passkeySignupChallenge passkeyLoginChallenge getTokenByPasskey',
      ),
      mfa: group(direct, 'mfa', 'getAuthenticators enroll challenge verify'),
      passwordless: group(direct, 'passwordless', 'challengeWithEmail challengeWithPhoneNumber loginWithOTP'),
      myAccount: group(account, 'myAccount', accountMethods),
      users: (token, tokenType) => group(account, 'users', 'getUser patchUser', { token, tokenType }) as IUsersClient,
    },
  };
}

/** The names in a text, so that the compiler refuses a group that lacks one. */
type NamesOf<T, N extends string> = N extends `${infer First} ${infer Rest}`
  ? (First | NamesOf<T, Rest>) & keyof T
  : N & keyof T;

type Methods = Readonly<Record<string, (parameters: object) => unknown>>;
