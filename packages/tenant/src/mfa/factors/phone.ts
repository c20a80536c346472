import type { TenantContext } from '../../context.ts';
import { OAuthError, refuse } from '../../errors.ts';
import type { User } from '../../store/store.ts';
import { maskPhone } from '../mask.ts';
import { createAuthenticator, createGroupId } from './authenticator.ts';
import type { EnrollmentRequest, NewAuthenticators } from './factor.ts';

/** One phone takes messages and calls: it is set up as a pair, whichever was asked for first. */
export function planPhone(tenant: TenantContext, user: User, request: EnrollmentRequest): NewAuthenticators {
  const phoneNumber = request.phoneNumber?.replaceAll(/[\s().-]/g, '');
  if (phoneNumber === undefined || phoneNumber === '') throw refuse.missingParameter('phone_number');
  if (!/^\+[1-9]\d{6,14}$/.test(phoneNumber)) {
    throw new OAuthError('invalid_request', 'Invalid phone_number', {
      explanation: 'phone_number must be in E.164 form: + and country code, at most 15 digits, as in +15551234567.',
    });
  }
  const groupId = createGroupId();
  const facts = { phoneNumber, name: maskPhone(phoneNumber) };
  const { factors } = tenant.registry.config.mfa;
  const wanted = request.factor === 'voice' ? 'voice' : 'sms';
  const twin = wanted === 'sms' ? 'voice' : 'sms';
  return {
    authenticators: [
      createAuthenticator(tenant, user, wanted, facts, groupId),
      ...(factors.includes(twin) ? [createAuthenticator(tenant, user, twin, facts, groupId)] : []),
    ],
  };
}
