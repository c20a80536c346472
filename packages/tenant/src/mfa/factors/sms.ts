import { mfaCodeText } from '../../delivery/templates/mfa-messages.ts';
import type { Factor } from './factor.ts';
import { sendCode } from './out-of-band.ts';
import { planPhone } from './phone.ts';

/** A code in a text message. */
export const sms: Factor = {
  name: 'sms',
  plan: planPhone,
  start: (tenant, party, authenticator) =>
    sendCode(tenant, party, authenticator, (code) =>
      tenant.outbox.send({
        channel: 'sms',
        to: authenticator.phoneNumber ?? '',
        template: 'mfa_code',
        text: mfaCodeText(tenant.registry.config.name, code),
        code,
      }),
    ),
};
