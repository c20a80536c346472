import { z } from 'zod';
import { mfaCodeMail } from '../../delivery/templates/mfa-messages.ts';
import { OAuthError, refuse } from '../../errors.ts';
import { maskEmail } from '../mask.ts';
import { createAuthenticator } from './authenticator.ts';
import type { Factor } from './factor.ts';
import { oobLifetime, sendCode } from './out-of-band.ts';

/** A code in a mail. */
export const email: Factor = {
  name: 'email',
  plan(tenant, user, request) {
    const address = request.email?.trim() ?? user.email;
    if (address === undefined || address === '') throw refuse.missingParameter('email');
    if (!z.email().safeParse(address).success) {
      throw new OAuthError('invalid_request', 'Invalid email', {
        explanation: 'email must be an e-mail address, as in anna@example.com.',
      });
    }
    return {
      authenticators: [createAuthenticator(tenant, user, 'email', { email: address, name: maskEmail(address) })],
    };
  },
  start: (tenant, party, authenticator) =>
    sendCode(tenant, party, authenticator, async (code) =>
      tenant.outbox.send({
        channel: 'email',
        to: authenticator.email ?? '',
        template: 'mfa_code',
        ...(await mfaCodeMail(tenant.registry.config.name, code, oobLifetime)),
        code,
      }),
    ),
};
