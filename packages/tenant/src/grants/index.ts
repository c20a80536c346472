import type { GrantType } from '../config/schema.ts';
import { redeemAuthorizationCode } from './authorization-code.ts';
import { grantClientCredentials } from './client-credentials.ts';
import { redeemDeviceCode } from './device-code.ts';
import type { Grant } from './grant.ts';
import { grantMfaOob } from './mfa-oob.ts';
import { grantMfaOtp } from './mfa-otp.ts';
import { grantMfaRecoveryCode } from './mfa-recovery-code.ts';
import { grantPasskey } from './passkey.ts';
import { grantPassword, grantPasswordRealm } from './password.ts';
import { grantPasswordlessOtp } from './passwordless-otp.ts';
import { redeemRefreshToken } from './refresh-token.ts';
import { exchangeToken } from './token-exchange.ts';

/** Every grant of the token endpoint. Adding one is a file and a row. */
export const grants: Readonly<Partial<Record<GrantType, Grant>>> = {
  authorization_code: redeemAuthorizationCode,
  refresh_token: redeemRefreshToken,
  client_credentials: grantClientCredentials,
  password: grantPassword,
  'http://auth0.com/oauth/grant-type/password-realm': grantPasswordRealm,
  'http://auth0.com/oauth/grant-type/passwordless/otp': grantPasswordlessOtp,
  'http://auth0.com/oauth/grant-type/mfa-otp': grantMfaOtp,
  'http://auth0.com/oauth/grant-type/mfa-oob': grantMfaOob,
  'http://auth0.com/oauth/grant-type/mfa-recovery-code': grantMfaRecoveryCode,
  'urn:ietf:params:oauth:grant-type:token-exchange': exchangeToken,
  'urn:ietf:params:oauth:grant-type:device_code': redeemDeviceCode,
  'urn:okta:params:oauth:grant-type:webauthn': grantPasskey,
};

export function findGrant(grantType: string): { grantType: GrantType; grant: Grant } | undefined {
  for (const [name, grant] of Object.entries(grants)) {
    if (name === grantType) return { grantType: name as GrantType, grant };
  }
  return undefined;
}
