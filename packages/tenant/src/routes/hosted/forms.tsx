/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { type Joining, takesNewcomers } from '../../organizations/admit-newcomer.ts';
import type { NotAdmitted } from '../../organizations/membership.ts';
import { renderErrorPage } from '../../pages/error-page.tsx';
import type { PageFrame } from '../../pages/layout.tsx';
import { abortInteraction, checkCsrf, type Interaction, loadInteraction } from '../../sessions/interactions.ts';

export type Form = Readonly<Record<string, string>>;

/** The text fields of a posted form; anything else than a form has none. */
export async function readForm(c: Context): Promise<Form> {
  const type = c.req.header('content-type') ?? '';
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type)) return {};
  const body = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export function frameOf(tenant: TenantContext, interaction?: Interaction): PageFrame {
  return { tenantName: tenant.registry.config.name, clientName: interaction?.client.name };
}

/** A page of a running login: without one, says what to do. */
export async function withInteraction(
  tenant: TenantContext,
  c: Context,
  show: (interaction: Interaction) => Response | Promise<Response>,
): Promise<Response> {
  const interaction = await loadInteraction(tenant, c);
  return interaction ? show(interaction) : staleInteraction(tenant, c);
}

/** A form of a running login: the login is live, the CSRF token right, and the person did not press "Cancel". */
export async function withInteractionForm(
  tenant: TenantContext,
  c: Context,
  handle: (interaction: Interaction, form: Form) => Response | Promise<Response>,
): Promise<Response> {
  const interaction = await loadInteraction(tenant, c);
  if (!interaction) return staleInteraction(tenant, c);
  const form = await readForm(c);
  if (!(await checkCsrf(tenant, c, form, interaction.id))) return refusedForm(tenant, c, interaction);
  if (form.action !== 'cancel') return handle(interaction, form);
  return abortInteraction(tenant, c, interaction, {
    error: 'access_denied',
    error_description:
      interaction.prompt === 'consent' ? 'User did not authorize the request' : 'The user cancelled the login',
  });
}

/** A form outside of a login, such as the one behind a link in a mail. */
export async function withForm(
  tenant: TenantContext,
  c: Context,
  purpose: string,
  handle: (form: Form) => Response | Promise<Response>,
): Promise<Response> {
  const form = await readForm(c);
  return (await checkCsrf(tenant, c, form, purpose)) ? handle(form) : refusedForm(tenant, c);
}

export function organizationOf(tenant: TenantContext, { params }: Interaction) {
  return tenant.registry.organization(params.organizationId);
}

/** On a sign-up page that only an invitation opens. */
export const badInvitationText =
  'The invitation you followed is for another address, or no longer works. Use the address it came to, or ask for a new one.';

/** What of the login decides whether somebody new is let in. */
export function joiningOf(tenant: TenantContext, interaction: Interaction): Joining {
  return { organization: organizationOf(tenant, interaction), invitation: interaction.params.invitation };
}

/** The app hears that the person is no member, as it does of those who have an account. */
export function turnAway(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  { description }: NotAdmitted,
): Promise<Response> {
  return abortInteraction(tenant, c, interaction, { error: 'access_denied', error_description: description });
}

/** Whether people may make an account in the database: in that of an organization who is invited, or where it takes anybody. */
export function offersSignup(tenant: TenantContext, interaction: Interaction, database: ConnectionConfig): boolean {
  const { organization, invitation } = joiningOf(tenant, interaction);
  if (!database.signup || organization === undefined || invitation !== undefined) return database.signup;
  return takesNewcomers(organization, database);
}

/** The database a login page works with: the one the application named, else its first. */
export function databaseOf(tenant: TenantContext, interaction: Interaction): ConnectionConfig | undefined {
  const named = interaction.connection === undefined ? undefined : tenant.registry.connection(interaction.connection);
  return named?.strategy === 'auth0'
    ? named
    : tenant.registry.defaultDatabase(interaction.client, organizationOf(tenant, interaction));
}

/** Runs `show` with the login's database, or tells the application that there is none. */
export async function withDatabase(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  show: (connection: ConnectionConfig) => Response | Promise<Response>,
): Promise<Response> {
  const connection = databaseOf(tenant, interaction);
  if (connection) return show(connection);
  return abortInteraction(tenant, c, interaction, {
    error: 'invalid_request',
    error_description: `No database connection is enabled for client ${interaction.client.clientId}`,
  });
}

function staleInteraction(tenant: TenantContext, c: Context) {
  tenant.events.record({
    type: 'login.stale_page',
    outcome: 'failure',
    sentence: `${c.req.path} was opened with a state that is unknown, finished, expired or from another browser; the login has to start again at /authorize.`,
  });
  return renderErrorPage(c, {
    title: 'This page has expired',
    message: 'The login it belongs to is over, or was started in another browser. Go back to the app and log in again.',
    status: 400,
    frame: frameOf(tenant),
  });
}

function refusedForm(tenant: TenantContext, c: Context, interaction?: Interaction) {
  tenant.events.record({
    type: 'form.refused',
    outcome: 'failure',
    sentence: `A form sent to ${c.req.path} had no CSRF token made for this browser, so nothing was done.`,
    clientId: interaction?.client.clientId,
  });
  return renderErrorPage(c, {
    title: 'Please try again',
    message:
      'We could not make sure that this form came from you. Go back, reload the page and send it again. Cookies must be allowed.',
    status: 403,
    frame: frameOf(tenant, interaction),
  });
}
