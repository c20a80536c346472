import { pushText } from '../../delivery/templates/mfa-messages.ts';
import { createSecret, hashSecret } from '../../tokens/secret.ts';
import { countMessage } from '../attempts.ts';
import { createAuthenticator, createGroupId } from './authenticator.ts';
import type { Factor } from './factor.ts';
import { createTotpSecret, otpauthUri } from './otp.ts';
import { storeOob } from './out-of-band.ts';

/** A question on a device: the simulated one of the dashboard, or the control API. Set up together with its codes. */
export const push: Factor = {
  name: 'push',
  plan(tenant, user) {
    const groupId = createGroupId();
    const name = 'Simulated device';
    const secret = createTotpSecret();
    return {
      authenticators: [
        createAuthenticator(tenant, user, 'push', { name }, groupId),
        ...(tenant.registry.config.mfa.factors.includes('otp')
          ? [createAuthenticator(tenant, user, 'otp', { name, secret }, groupId)]
          : []),
      ],
    };
  },
  async start(tenant, party, authenticator) {
    const oobCode = createSecret();
    await countMessage(tenant, party.user);
    await storeOob(tenant, party, authenticator, { answer: 'pending', nextPollAt: 0 }, oobCode);
    const client = tenant.registry.client(party.clientId ?? '')?.name ?? 'an app';
    await tenant.outbox.send({
      channel: 'push',
      to: authenticator.id,
      template: 'mfa_push',
      text: pushText(tenant.registry.config.name, client),
    });
    return { authenticator, oobCode };
  },
  barcodeUri: (tenant, user, { oobCode = '' }) =>
    otpauthUri(tenant, user, { enrollment_tx_id: hashSecret(oobCode), base_url: tenant.issuer }),
};
