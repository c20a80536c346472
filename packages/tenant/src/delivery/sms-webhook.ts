import { DeliveryError, patience, type Transport } from './transport.ts';

/** Text messages and calls to an address of the developer's, as JSON: `{to, channel, text, code, template}`. */
export function createSmsWebhook(url: string): Transport {
  return {
    name: 'the SMS webhook',
    channels: ['sms', 'voice'],
    async send({ to, channel, text, code, template }) {
      let response: Response;
      try {
        response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ to, channel, text, code: code ?? null, template }),
          redirect: 'manual',
          signal: AbortSignal.timeout(patience),
        });
      } catch (cause) {
        const isLate = cause instanceof Error && cause.name === 'TimeoutError';
        const why = isLate ? `did not answer within ${patience / 1000} s` : 'could not be reached';
        throw new DeliveryError(`The SMS webhook ${why}.`, { isFinal: false, cause });
      }
      await response.body?.cancel();
      if (response.ok) return;
      // A redirect would send the code to an address nobody configured.
      const isFinal = response.status < 500 && ![408, 425, 429].includes(response.status);
      throw new DeliveryError(`The SMS webhook answered ${response.status}.`, { isFinal });
    },
    close: () => undefined,
  };
}
