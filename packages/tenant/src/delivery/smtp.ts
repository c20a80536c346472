import type { Transporter } from 'nodemailer';
import { DeliveryError, patience, type Transport } from './transport.ts';

/** Mails to an SMTP server. The library is loaded with the first mail, so that no start waits for it. */
export function createSmtpTransport(url: string, from: string): Transport {
  let transporter: Promise<Transporter> | undefined;
  const open = async () => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url,
      connectionTimeout: patience,
      greetingTimeout: patience,
      socketTimeout: patience,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  return {
    name: 'SMTP',
    channels: ['email'],
    async send({ to, subject, text, html }) {
      transporter ??= open();
      try {
        await (await transporter).sendMail({ from, to: { name: '', address: to }, subject, text, html });
      } catch (cause) {
        throw describe(cause);
      }
    },
    close() {
      transporter?.then(
        (one) => one.close(),
        () => undefined,
      );
    },
  };
}

/** RFC 5321 section 4.2.1: a 5yz reply means that trying again is of no use. What is no reply may pass. */
function describe(cause: unknown): DeliveryError {
  const { responseCode, code } = Object(cause) as { responseCode?: unknown; code?: unknown };
  const reason =
    typeof responseCode === 'number' ? `answered ${responseCode}` : `failed (${String(code ?? 'unknown')})`;
  const isFinal = typeof responseCode === 'number' && responseCode >= 500;
  return new DeliveryError(`The SMTP server ${reason}.`, { isFinal, cause });
}
