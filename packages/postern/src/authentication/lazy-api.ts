import { loadPart } from '../errors/load-part.ts';
import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import type { IMfaClient } from '../types/index.ts';
import type { DirectApi, DirectAuthentication, ExchangeApi } from './direct-api.ts';

const auth = [
  'passwordRealm',
  'exchange',
  'exchangeNativeSocial',
  'createUser',
  'resetPassword',
  'passwordlessWithEmail',
  'passwordlessWithSMS',
  'loginWithEmail',
  'loginWithSMS',
  'deviceAuthorization',
  'loginWithOTP',
  'loginWithOOB',
  'loginWithRecoveryCode',
  'multifactorChallenge',
  'refreshToken',
  'userInfo',
  'revoke',
] satisfies (keyof DirectAuthentication)[];

const mfa = ['getAuthenticators', 'enroll', 'challenge', 'verify'] satisfies (keyof IMfaClient)[];

const exchanges = ['customTokenExchange', 'ssoExchange'] satisfies (keyof ExchangeApi)[];

/** The methods of `direct-api.ts`, which is loaded by the first call of one. */
export function createLazyApi(tenant: Tenant, configuration: Configuration): DirectApi {
  const group = <G extends keyof DirectApi>(name: G, methods: readonly (keyof DirectApi[G])[]) =>
    Object.fromEntries(
      methods.map((method) => [
        method,
        async (parameters: unknown = {}) => {
          const { directApi } = await loadPart(import('./direct-api.ts'));
          return (directApi(tenant, configuration)[name][method] as (parameters: unknown) => unknown)(parameters);
        },
      ]),
    ) as unknown as DirectApi[G];
  return { auth: group('auth', auth), mfa: group('mfa', mfa), exchanges: group('exchanges', exchanges) };
}
