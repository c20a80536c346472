/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { recordSuspiciousAddress, suspiciousAddressText } from '../../attack-protection/suspicious-address.ts';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { clientAddress } from '../../http/client-address.ts';
import { AddressPage } from '../../pages/passwordless/address-page.tsx';
import { LinkOpenedPage } from '../../pages/passwordless/link-opened-page.tsx';
import { LinkSentPage } from '../../pages/passwordless/link-sent-page.tsx';
import { SentCodePage } from '../../pages/passwordless/sent-code-page.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import { sendPasswordless } from '../../passwordless/send.ts';
import { SmsProviderError } from '../../passwordless/sms-provider.ts';
import { mayAskForCode } from '../../passwordless/verify.ts';
import {
  csrfToken,
  finishLogin,
  type Interaction,
  loadInteraction,
  noteResult,
  resumeInteraction,
  type SentTo,
} from '../../sessions/interactions.ts';
import { findOwnDatabase, logInWithSentCode, sendDatabaseCode } from './address-owner.ts';
import {
  databaseOf,
  type Form,
  frameOf,
  organizationOf,
  turnAway,
  withInteraction,
  withInteractionForm,
} from './forms.tsx';
import { isPasswordless, otherWays } from './other-ways.ts';
import { refuseOverLimit } from './over-limit.ts';
import { badAddressText, readAddress } from './passwordless-address.ts';
import { type RefusedForm, returnToForm } from './refused-form.ts';
import { showForm } from './show-form.ts';

/** A login with a code or link, of a connection the client may use. */
interface Entry {
  readonly interaction: Interaction;
  readonly connection: ConnectionConfig;
}

const wrongCodeText = 'That code is not right, or no longer works. Check it, or ask for a new one.';

type Refusal = Partial<RefusedForm> & Pick<RefusedForm, 'errors'>;

/** The pages of logins without a password: address, code, link, and the tab in which the link was opened. */
export function passwordlessPageRoutes(tenant: TenantContext): Hono {
  const app = new Hono();
  const page = (show: (entry: Entry, c: Context) => Response | Promise<Response>) => (c: Context) =>
    withInteraction(tenant, c, (interaction) => withEntry(tenant, c, interaction, (entry) => show(entry, c)));
  const form = (handle: (entry: Entry, form: Form, c: Context) => Response | Promise<Response>) => (c: Context) =>
    withInteractionForm(tenant, c, (interaction, sent) =>
      withEntry(tenant, c, interaction, (entry) => handle(entry, sent, c)),
    );
  const again = (c: Context, { interaction }: Entry, refusal: Refusal) =>
    returnToForm(tenant, c, { state: interaction.id }, refusal);

  app.get('/passwordless/opened', (c) => showOpened(tenant, c));
  app.post('/passwordless/opened', async (c) => {
    if ((await loadInteraction(tenant, c)) === undefined) return showOpened(tenant, c);
    return withInteractionForm(tenant, c, (interaction) => resumeInteraction(c, interaction));
  });

  app.get(
    '/passwordless/:connection',
    page((entry, c) => showAddress(tenant, c, entry)),
  );
  app.post(
    '/passwordless/:connection',
    form(async (entry, sent, c) => {
      const address = readAddress(kindOf(entry.connection), sent.address ?? '');
      const wanted = sent.action === 'link' && entry.connection.strategy === 'email' ? 'link' : 'code';
      const values = { address: sent.address ?? '' };
      if (address === undefined) {
        return again(c, entry, { errors: { fields: { address: badAddressText(kindOf(entry.connection)) } }, values });
      }
      const refused = await send(tenant, c, entry, address, wanted);
      if (refused !== undefined) return again(c, entry, { ...refused, values });
      return c.redirect(pathOf(entry, wanted), 303);
    }),
  );

  app.get(
    '/passwordless/:connection/code',
    page((entry, c) => showCode(tenant, c, entry)),
  );
  app.post(
    '/passwordless/:connection/code',
    form(async (entry, sent, c) => {
      const { interaction } = entry;
      const address = sentTo(entry)?.identifier;
      if (address === undefined) return c.redirect(pathOf(entry), 303);
      if (sent.action === 'resend') {
        const refused = await send(tenant, c, entry, address, 'code');
        return refused === undefined ? c.redirect(pathOf(entry, 'code'), 303) : again(c, entry, refused);
      }
      const code = (sent.code ?? '').replaceAll(/[\s-]/g, '');
      if (!/^\d{6}$/.test(code)) {
        return again(c, entry, { errors: { fields: { code: 'Enter the six digits of the code.' } } });
      }
      const login = await logInWithSentCode(tenant, c, entry, { ...sent, code });
      switch (login.kind) {
        case 'ok':
          return finishLogin(tenant, c, interaction, login.user, { amr: [login.amr] });
        case 'not_admitted':
          return turnAway(tenant, c, interaction, login.refusal);
        case 'denied':
          return again(c, entry, { errors: { form: login.text } });
        case 'suspicious_address':
          recordSuspiciousAddress(tenant, 'login', { clientId: interaction.client.clientId });
          return again(c, entry, { errors: { form: suspiciousAddressText }, status: 429 });
        case 'refused':
          return again(c, entry, { errors: { fields: { code: wrongCodeText } } });
      }
    }),
  );

  app.get(
    '/passwordless/:connection/link',
    page((entry, c) => showLinkSent(tenant, c, entry)),
  );
  app.post(
    '/passwordless/:connection/link',
    form(async (entry, sent, c) => {
      const address = sentTo(entry)?.identifier;
      if (address === undefined) return c.redirect(pathOf(entry), 303);
      if (sent.action === 'resend') {
        const refused = await send(tenant, c, entry, address, 'link');
        return refused === undefined ? c.redirect(pathOf(entry, 'link'), 303) : again(c, entry, refused);
      }
      if (isOpened(entry.interaction)) return resumeInteraction(c, entry.interaction);
      const errors = { form: 'The link was not opened in this browser yet. Open it, then press the button again.' };
      return again(c, entry, { errors });
    }),
  );

  /** For the script of the first tab: whether it still has to wait. Looking changes nothing. */
  app.get('/passwordless/:connection/waiting', async (c) => {
    const interaction = await loadInteraction(tenant, c);
    const isWaiting = interaction !== undefined && !isOpened(interaction);
    return c.json({ waiting: isWaiting }, 200, { 'Cache-Control': 'no-store' });
  });

  return app;
}

function withEntry(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  show: (entry: Entry) => Response | Promise<Response>,
): Response | Promise<Response> {
  const name = c.req.param('connection');
  const usable = tenant.registry.connectionsOf(interaction.client, organizationOf(tenant, interaction));
  const connection = usable.find((one) => one.name === name);
  if (connection !== undefined && isPasswordless(connection)) return show({ interaction, connection });
  return c.redirect(`/u/login?state=${interaction.id}`, 303);
}

function pathOf({ interaction, connection }: Entry, page?: 'code' | 'link'): string {
  const path = `/u/passwordless/${encodeURIComponent(connection.name)}${page === undefined ? '' : `/${page}`}`;
  return `${path}?state=${interaction.id}`;
}

/** Where this login's newest code or link went. */
function sentTo({ interaction, connection }: Entry): SentTo | undefined {
  const { sentTo: sent } = interaction.result;
  return sent?.connection === connection.name ? sent : undefined;
}

/** Whether the link brought this login a session; also whether it was called off because the person is blocked. */
function isOpened({ result }: Interaction): boolean {
  return result.authenticated !== undefined || result.aborted !== undefined;
}

function kindOf({ strategy }: ConnectionConfig): 'email' | 'phone' {
  return strategy === 'email' ? 'email' : 'phone';
}

/**
 * Sends the code or link, unless nobody has that address and sign-up is off: the page says the same then. The code of
 * somebody in the login's database is that database's.
 */
async function send(
  tenant: TenantContext,
  c: Context,
  { interaction, connection }: Entry,
  identifier: string,
  form: 'code' | 'link',
): Promise<Refusal | undefined> {
  const { clientId } = interaction.client;
  const recipient = { clientId, connection, identifier };
  const note = (database?: SentTo['database']) =>
    noteResult(tenant, interaction, { sentTo: { connection: connection.name, identifier, database } });
  const overLimit = await refuseOverLimit(tenant, c, interaction.client, 'passwordlessStart', clientAddress(c));
  if (overLimit) return overLimit;
  try {
    const kind = kindOf(connection);
    const own = form === 'code' ? await findOwnDatabase(tenant, interaction, kind, identifier) : undefined;
    if (own !== undefined) {
      await note(await sendDatabaseCode(tenant, c, interaction, own, { kind, identifier }));
      return undefined;
    }
    if (await mayAskForCode(tenant, recipient)) {
      const language = c.req.header('accept-language');
      await sendPasswordless(tenant, recipient, { form, interactionId: interaction.id, language });
    } else {
      tenant.events.record({
        type: 'passwordless.rejected',
        outcome: 'failure',
        sentence: `Nothing was sent: nobody has that address in connection ${connection.name}, and its sign-up is off. The page does not tell.`,
        clientId,
      });
    }
    await note();
    return undefined;
  } catch (error) {
    if (error instanceof SmsProviderError) return { errors: { fields: { address: error.message } } };
    throw error;
  }
}

async function showAddress(tenant: TenantContext, c: Context, entry: Entry): Promise<Response> {
  const { interaction, connection } = entry;
  const { id, loginHint = '' } = interaction;
  const hint = readAddress(kindOf(connection), loginHint) === undefined ? undefined : loginHint;
  const isFree = interaction.connection === undefined;
  const hasDatabase = isFree && databaseOf(tenant, interaction) !== undefined;
  const hasOtherWays = hasDatabase || otherWays(tenant, interaction).length > 1;
  return showForm(tenant, c, interaction, (form, values) => (
    <AddressPage
      {...form}
      action={`/u/passwordless/${encodeURIComponent(connection.name)}`}
      kind={connection.strategy === 'sms' ? 'sms' : 'email'}
      value={values.address ?? sentTo(entry)?.identifier ?? hint}
      otherWays={hasOtherWays ? `/u/login?state=${encodeURIComponent(id)}` : undefined}
    />
  ));
}

async function showCode(tenant: TenantContext, c: Context, entry: Entry): Promise<Response> {
  const { interaction, connection } = entry;
  const address = sentTo(entry)?.identifier;
  if (address === undefined) return c.redirect(pathOf(entry), 302);
  const isMail = connection.strategy === 'email';
  return showForm(tenant, c, interaction, (form) => (
    <SentCodePage
      {...form}
      action={`/u/passwordless/${encodeURIComponent(connection.name)}/code`}
      isMail={isMail}
      sentTo={address}
      other={{ href: pathOf(entry), text: isMail ? 'Use another address, or a link' : 'Use another number' }}
    />
  ));
}

async function showLinkSent(tenant: TenantContext, c: Context, entry: Entry): Promise<Response> {
  const { interaction, connection } = entry;
  const address = sentTo(entry)?.identifier;
  if (address === undefined) return c.redirect(pathOf(entry), 302);
  const path = `/u/passwordless/${encodeURIComponent(connection.name)}`;
  return showForm(
    tenant,
    c,
    interaction,
    (form) => (
      <LinkSentPage
        {...form}
        action={`${path}/link`}
        look={`${path}/waiting?state=${encodeURIComponent(interaction.id)}`}
        address={address}
        changeHref={pathOf(entry)}
      />
    ),
    { waits: true },
  );
}

/** Once the first tab went on, the login is over, and there is nothing to continue here. */
async function showOpened(tenant: TenantContext, c: Context): Promise<Response> {
  const interaction = await loadInteraction(tenant, c);
  const running =
    interaction === undefined ? undefined : { state: interaction.id, csrf: await csrfToken(tenant, c, interaction) };
  return renderPage(
    c,
    <LinkOpenedPage frame={frameOf(tenant, interaction)} running={running} />,
    interaction === undefined ? {} : { formAction: interaction.redirectOrigin },
  );
}
