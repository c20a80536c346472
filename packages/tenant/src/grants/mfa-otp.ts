import { requireParameter } from '../http/body.ts';
import { finishMfa } from './finish-mfa.ts';
import type { Grant } from './grant.ts';

/** Auth0's mfa-otp: the code an authenticator app shows. */
export const grantMfaOtp: Grant = async (request, tenant) => {
  requireParameter(request.parameters, 'mfa_token');
  return finishMfa(request, tenant, { kind: 'otp', otp: requireParameter(request.parameters, 'otp') });
};
