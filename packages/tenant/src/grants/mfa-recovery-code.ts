import { requireParameter } from '../http/body.ts';
import { finishMfa } from './finish-mfa.ts';
import type { Grant } from './grant.ts';

/** Auth0's mfa-recovery-code: the answer brings the code that replaces the one used. */
export const grantMfaRecoveryCode: Grant = async (request, tenant) => {
  requireParameter(request.parameters, 'mfa_token');
  const code = requireParameter(request.parameters, 'recovery_code');
  return finishMfa(request, tenant, { kind: 'recovery-code', recoveryCode: code });
};
