import { requireParameter } from '../http/body.ts';
import { finishMfa } from './finish-mfa.ts';
import type { Grant } from './grant.ts';

/** Auth0's mfa-oob: a code that was sent, or the wait for an answer on a device. */
export const grantMfaOob: Grant = async (request, tenant) => {
  const { parameters } = request;
  requireParameter(parameters, 'mfa_token');
  const oobCode = requireParameter(parameters, 'oob_code');
  return finishMfa(request, tenant, { kind: 'oob', oobCode, bindingCode: parameters.binding_code });
};
