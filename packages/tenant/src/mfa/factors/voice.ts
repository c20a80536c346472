import { mfaCodeSpeech } from '../../delivery/templates/mfa-messages.ts';
import type { Factor } from './factor.ts';
import { sendCode } from './out-of-band.ts';
import { planPhone } from './phone.ts';

/** A code read out in a call. */
export const voice: Factor = {
  name: 'voice',
  plan: planPhone,
  start: (tenant, party, authenticator) =>
    sendCode(tenant, party, authenticator, (code) =>
      tenant.outbox.send({
        channel: 'voice',
        to: authenticator.phoneNumber ?? '',
        template: 'mfa_code',
        text: mfaCodeSpeech(tenant.registry.config.name, code),
        code,
      }),
    ),
};
