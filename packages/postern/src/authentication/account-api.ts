import { asPasskeyError } from '../errors/as-passkey-error.ts';
import { isAuthError } from '../errors/auth-error.ts';
import { MyAccountError } from '../errors/my-account-error.ts';
import type { Tenant } from '../http/tenant.ts';
import type { Configuration } from '../options.ts';
import type { ApiCall } from '../protocol/api-call.ts';
import { accountPasskeys, enrollPushNotification, myAccount } from '../protocol/my-account.ts';
import { type UsersToken, users } from '../protocol/users.ts';
import type { GetUserParameters, IMyAccountClient, PatchUserParameters, User } from '../types/index.ts';
import { apiCaller } from './api-caller.ts';

export interface AccountApi {
  readonly myAccount: IMyAccountClient;
  readonly users: {
    readonly getUser: (parameters: GetUserParameters & UsersToken) => Promise<User>;
    readonly patchUser: (parameters: PatchUserParameters & UsersToken) => Promise<User>;
  };
}

/** What people change about their own account; loaded when first used. */
export function createApi(tenant: Tenant, configuration: Configuration): AccountApi {
  const call = apiCaller(tenant, configuration);

  const manage =
    <P extends object, R>(definition: ApiCall<P, R>) =>
    (parameters: P): Promise<R> =>
      call(definition)(parameters).catch((error: unknown) => {
        throw isAuthError(error) ? new MyAccountError(error) : error;
      });

  return {
    myAccount: {
      passkeyEnrollmentChallenge: asPasskeyError(
        'PASSKEY_CHALLENGE_FAILED',
        call(accountPasskeys.passkeyEnrollmentChallenge),
      ),
      enrollPasskey: asPasskeyError('PASSKEY_EXCHANGE_FAILED', call(accountPasskeys.enrollPasskey)),
      enrollPhone: manage(myAccount.enrollPhone),
      enrollEmail: manage(myAccount.enrollEmail),
      enrollTOTP: manage(myAccount.enrollTOTP),
      enrollPushNotification: manage(enrollPushNotification),
      enrollRecoveryCode: manage(myAccount.enrollRecoveryCode),
      confirmPhoneEnrollment: manage(myAccount.confirmWithCode),
      confirmEmailEnrollment: manage(myAccount.confirmWithCode),
      confirmTOTPEnrollment: manage(myAccount.confirmWithCode),
      confirmPushNotificationEnrollment: manage(myAccount.confirm),
      confirmRecoveryCodeEnrollment: manage(myAccount.confirm),
      getAuthenticationMethods: manage(myAccount.getAuthenticationMethods),
      getAuthenticationMethodById: manage(myAccount.getAuthenticationMethodById),
      updateAuthenticationMethodById: manage(myAccount.updateAuthenticationMethodById),
      deleteAuthenticationMethodById: manage(myAccount.deleteAuthenticationMethodById),
      getFactors: manage(myAccount.getFactors),
    },
    users: { getUser: call(users.getUser), patchUser: call(users.patchUser) },
  };
}
