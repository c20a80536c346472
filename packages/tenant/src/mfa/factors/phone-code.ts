import { mfaCodeSpeech, mfaCodeText } from '../../delivery/templates/mfa-messages.ts';
import type { Factor } from './factor.ts';
import { sendCode } from './out-of-band.ts';
import { planPhone } from './phone.ts';

/** A code in a text message. */
export const sms = phoneFactor('sms', mfaCodeText);

/** A code read out in a call. */
export const voice = phoneFactor('voice', mfaCodeSpeech);

function phoneFactor(channel: 'sms' | 'voice', write: (tenantName: string, code: string) => string): Factor {
  return {
    name: channel,
    plan: planPhone,
    start: (tenant, party, authenticator) =>
      sendCode(tenant, party, authenticator, (code) =>
        tenant.outbox.send({
          channel,
          to: authenticator.phoneNumber ?? '',
          template: 'mfa_code',
          text: write(tenant.registry.config.name, code),
          code,
        }),
      ),
  };
}
