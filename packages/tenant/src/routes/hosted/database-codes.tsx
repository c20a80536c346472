/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { recordSuspiciousAddress, suspiciousAddressText } from '../../attack-protection/suspicious-address.ts';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { logInWithOtp } from '../../database-otp/log-in-with-otp.ts';
import { sendOtp } from '../../database-otp/send-otp.ts';
import { clientAddress } from '../../http/client-address.ts';
import { requestFacts } from '../../http/request-facts.ts';
import { AddressPage } from '../../pages/passwordless/address-page.tsx';
import { SentCodePage } from '../../pages/passwordless/sent-code-page.tsx';
import { checkPhoneNumber, SmsProviderError } from '../../passwordless/sms-provider.ts';
import { finishLogin, type Interaction, noteResult } from '../../sessions/interactions.ts';
import { hashSecret } from '../../tokens/secret.ts';
import { type CodeWay, codePath, findCodeWay } from './code-ways.ts';
import { type Form, joiningOf, turnAway, withInteraction, withInteractionForm } from './forms.tsx';
import { refuseOverLimit } from './over-limit.ts';
import { badAddressText, readAddress } from './passwordless-address.ts';
import { type RefusedForm, returnToForm } from './refused-form.ts';
import { showForm } from './show-form.ts';

/** A login with a code, of a database that sends some. */
interface Entry {
  readonly interaction: Interaction;
  readonly connection: ConnectionConfig;
  readonly way: CodeWay;
}

type Refusal = Partial<RefusedForm> & Pick<RefusedForm, 'errors'>;

const address = '/passwordless/db/:connection/:way{(?:email|phone)}';

/** The pages of `/otp/challenge`: people of a database log in with a code in place of their password. */
export function databaseCodeRoutes(tenant: TenantContext): Hono {
  const app = new Hono();
  const page = (show: (entry: Entry, c: Context) => Promise<Response>) => (c: Context) =>
    withInteraction(tenant, c, (interaction) => withEntry(tenant, c, interaction, (entry) => show(entry, c)));
  const form = (handle: (entry: Entry, form: Form, c: Context) => Promise<Response>) => (c: Context) =>
    withInteractionForm(tenant, c, (interaction, sent) =>
      withEntry(tenant, c, interaction, (entry) => handle(entry, sent, c)),
    );
  const again = (c: Context, { interaction }: Entry, refusal: Refusal, key: Record<string, string> = {}) =>
    returnToForm(tenant, c, { state: interaction.id, ...key }, refusal);

  app.get(
    address,
    page((entry, c) => showAddress(tenant, c, entry)),
  );
  app.post(
    address,
    form(async (entry, { address: typed = '' }, c) => {
      const values = { address: typed };
      const identifier = readAddress(entry.way, typed);
      if (identifier === undefined) {
        return again(c, entry, { errors: { fields: { address: badAddressText(entry.way) } }, values });
      }
      const sent = await send(tenant, c, entry, identifier);
      return typeof sent === 'string' ? c.redirect(sent, 303) : again(c, entry, { ...sent, values });
    }),
  );

  app.get(
    `${address}/code`,
    page((entry, c) => showCode(tenant, c, entry, c.req.query('challenge'))),
  );
  app.post(
    `${address}/code`,
    form(async (entry, sent, c) => {
      const { interaction, connection } = entry;
      const identifier = sentTo(entry);
      const { challenge = '' } = sent;
      if (identifier === undefined) return c.redirect(pathOf(entry), 303);
      const refuse = (refusal: Refusal) => again(c, entry, refusal, { challenge });
      if (sent.action === 'resend') {
        const next = await send(tenant, c, entry, identifier);
        return typeof next === 'string' ? c.redirect(next, 303) : refuse(next);
      }
      const otp = (sent.code ?? '').replaceAll(/[\s-]/g, '');
      if (!/^\d{6}$/.test(otp)) return refuse({ errors: { fields: { code: 'Enter the six digits of the code.' } } });
      const { client } = interaction;
      const proof = { authSession: challenge, otp, transaction: hashSecret(interaction.id) };
      const facts = requestFacts(c, client, sent);
      const login = await logInWithOtp(tenant, client, proof, facts, joiningOf(tenant, interaction));
      if (login.kind === 'ok') return finishLogin(tenant, c, interaction, login.user, { amr: [login.amr] });
      if (login.kind === 'not_admitted') return turnAway(tenant, c, interaction, login.refusal);
      if (login.kind === 'suspicious_address') {
        recordSuspiciousAddress(tenant, 'login', { clientId: client.clientId });
        return refuse({ errors: { form: suspiciousAddressText }, status: 429 });
      }
      tenant.events.record({
        type: 'login.failure',
        outcome: 'failure',
        sentence: login.explanation,
        clientId: client.clientId,
        details: { connection: connection.name, error: 'invalid_request' },
      });
      return refuse({
        errors: { fields: { code: 'That code is not right, or no longer works. Check it, or ask for a new one.' } },
      });
    }),
  );

  return app;
}

function withEntry(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  show: (entry: Entry) => Promise<Response>,
): Response | Promise<Response> {
  const found = findCodeWay(tenant, interaction, c.req.param('connection'), c.req.param('way'));
  if (found !== undefined) return show({ interaction, ...found });
  return c.redirect(`/u/login?state=${interaction.id}`, 303);
}

function pathOf({ interaction, connection, way }: Entry, challenge?: string): string {
  const query = new URLSearchParams({ state: interaction.id, ...(challenge === undefined ? {} : { challenge }) });
  return `${codePath(connection, way)}${challenge === undefined ? '' : '/code'}?${query}`;
}

/** Where this login's newest code went. */
function sentTo({ interaction, connection, way }: Entry): string | undefined {
  const { sentTo: sent } = interaction.result;
  return sent?.connection === `${way}:${connection.name}` ? sent.identifier : undefined;
}

/** Sends a code to who has the address, and answers with the page that takes one: it says the same whether there is anybody. */
async function send(tenant: TenantContext, c: Context, entry: Entry, identifier: string): Promise<string | Refusal> {
  const { interaction, connection, way } = entry;
  const overLimit = await refuseOverLimit(tenant, c, interaction.client, 'otpChallenge', clientAddress(c));
  if (overLimit) return overLimit;
  const channel = way === 'email' ? 'email' : 'sms';
  try {
    if (channel === 'sms') checkPhoneNumber(identifier);
    const wanted = { connection, identifier, channel, allowSignup: connection.signup } as const;
    const place = { clientId: interaction.client.clientId, transaction: hashSecret(interaction.id) };
    const challenge = await sendOtp(tenant, place, wanted, c.req.header('accept-language'));
    await noteResult(tenant, interaction, { sentTo: { connection: `${way}:${connection.name}`, identifier } });
    return pathOf(entry, challenge);
  } catch (error) {
    if (error instanceof SmsProviderError) return { errors: { fields: { address: error.message } } };
    throw error;
  }
}

async function showAddress(tenant: TenantContext, c: Context, entry: Entry): Promise<Response> {
  const { interaction, connection, way } = entry;
  const { id, loginHint = '' } = interaction;
  return showForm(tenant, c, interaction, (form, values) => (
    <AddressPage
      {...form}
      action={codePath(connection, way)}
      kind={way === 'email' ? 'email' : 'sms'}
      links={false}
      value={values.address ?? sentTo(entry) ?? (readAddress(way, loginHint) === undefined ? undefined : loginHint)}
      otherWays={`/u/login?state=${encodeURIComponent(id)}`}
    />
  ));
}

async function showCode(
  tenant: TenantContext,
  c: Context,
  entry: Entry,
  challenge: string | undefined,
): Promise<Response> {
  const { interaction, connection, way } = entry;
  const identifier = sentTo(entry);
  if (identifier === undefined || challenge === undefined) return c.redirect(pathOf(entry), 302);
  const isMail = way === 'email';
  return showForm(tenant, c, interaction, (form) => (
    <SentCodePage
      {...form}
      action={`${codePath(connection, way)}/code`}
      challenge={challenge}
      isMail={isMail}
      sentTo={identifier}
      other={{ href: pathOf(entry), text: isMail ? 'Use another address' : 'Use another number' }}
    />
  ));
}
