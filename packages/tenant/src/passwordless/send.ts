import type { TenantContext } from '../context.ts';
import {
  passwordlessCodeMessage,
  passwordlessLinkMessage,
  passwordlessSms,
} from '../delivery/templates/passwordless-messages.ts';
import { createCode, type Recipient } from './codes.ts';
import { checkPhoneNumber } from './sms-provider.ts';

export interface CodeRequest {
  readonly form: 'code' | 'link';
  /** Parameters of `/authorize` for the end of a link. */
  readonly authParams?: Readonly<Record<string, string>>;
  /** The login on the hosted pages that a link goes on with, in the browser it began in. */
  readonly interactionId?: string | undefined;
  /** What the person reads: `de`, `fr-CA, en;q=0.5`. */
  readonly language?: string | undefined;
}

/**
 * Sends a code, or for e-mail a link. Whoever was sent one earlier can no longer use it. Rejects with `SmsProviderError`
 * for a number no message can be sent to.
 */
export async function sendPasswordless(
  tenant: TenantContext,
  recipient: Recipient,
  { form, authParams = {}, interactionId, language }: CodeRequest,
): Promise<void> {
  const { connection, identifier, clientId } = recipient;
  const tenantName = tenant.registry.config.name;
  if (connection.strategy === 'sms') checkPhoneNumber(identifier);
  const code = await createCode(tenant, recipient, {
    form: form === 'link' ? 'link' : 'digits',
    // Of no meaning with a code: what types it in says then what the login is for.
    authParams: form === 'link' ? authParams : {},
    interactionId,
  });
  if (connection.strategy === 'sms') {
    const text = passwordlessSms(tenantName, code, language);
    await tenant.outbox.send({ channel: 'sms', to: identifier, template: 'passwordless_code', text, code });
  } else if (form === 'code') {
    const content = await passwordlessCodeMessage(tenantName, code, language);
    await tenant.outbox.send({ channel: 'email', to: identifier, template: 'passwordless_code', ...content, code });
  } else {
    const link = linkTo(tenant, recipient, code, interactionId);
    const content = await passwordlessLinkMessage(tenantName, link, language);
    await tenant.outbox.send({ channel: 'email', to: identifier, template: 'passwordless_link', ...content, link });
  }
  tenant.events.record({
    type: 'passwordless.sent',
    outcome: 'success',
    sentence: `Client ${clientId} asked for a ${form} by connection ${connection.name}; it is in the outbox and works for ${tenant.registry.config.lifetimes.passwordlessCode} s.`,
    clientId,
    details: { connection: connection.name, send: form },
  });
}

function linkTo(
  tenant: TenantContext,
  { clientId, connection, identifier }: Recipient,
  code: string,
  interactionId: string | undefined,
): string {
  const link = new URL('passwordless/verify_redirect', tenant.issuer);
  link.search = String(
    new URLSearchParams({
      client_id: clientId,
      connection: connection.name,
      email: identifier,
      verification_code: code,
      ...(interactionId === undefined ? {} : { interaction: interactionId }),
    }),
  );
  return link.href;
}
