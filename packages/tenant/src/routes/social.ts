import { type Context, Hono } from 'hono';
import { resolveUser } from '../connections/resolve-user.ts';
import { SocialLoginError } from '../connections/social/id-token.ts';
import { createProviderApp } from '../connections/social/provider-app.tsx';
import { findSocialConnection, providerDisplayName, type SocialConnection } from '../connections/social/providers.ts';
import { beginSocialLogin, fetchIdentity, takeSocialLogin } from '../connections/social/social-login.ts';
import type { TenantContext } from '../context.ts';
import { renderErrorPage } from '../pages/error-page.tsx';
import { abortInteraction, finishLogin, type Interaction, loadInteraction } from '../sessions/interactions.ts';
import { joiningOf, turnAway } from './hosted/forms.tsx';
import { keepRefusedForm } from './hosted/refused-form.ts';

/** Social connections: the way to the provider, the simulated providers themselves, and the way back. */
export function socialRoutes(tenant: TenantContext): Hono {
  const providers = createProviderApp(tenant);
  const app = new Hono();
  app.route('/', providers);
  app.get('/u/social/:connection', (c) => leaveForProvider(tenant, c));
  app.get('/login/callback', (c) => returnFromProvider(tenant, c, (request) => providers.fetch(request)));
  return app;
}

async function leaveForProvider(tenant: TenantContext, c: Context): Promise<Response> {
  const interaction = await loadInteraction(tenant, c);
  const connection = findSocialConnection(tenant, c.req.param('connection'));
  const isUsable = interaction && connection && tenant.registry.connectionsOf(interaction.client).includes(connection);
  if (!isUsable) return showStale(tenant, c);
  return c.redirect((await beginSocialLogin(tenant, interaction, connection)).href, 302);
}

async function returnFromProvider(
  tenant: TenantContext,
  c: Context,
  send: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  const { state, code, error } = c.req.query();
  const pending = await takeSocialLogin(tenant, state);
  const connection = findSocialConnection(tenant, pending?.connection);
  const interaction = pending && (await loadInteraction(tenant, c, pending.interactionId));
  if (!pending || !connection || !interaction) return showStale(tenant, c);
  if (error !== undefined || code === undefined) return giveUp(tenant, c, interaction, connection);
  const { clientId } = interaction.client;
  try {
    const { nonce, verifier } = pending;
    const identity = await fetchIdentity(tenant, connection, { code, nonce, verifier, clientId }, send);
    const resolved = await resolveUser(tenant, { ...identity, joining: joiningOf(tenant, interaction) });
    if ('user' in resolved) {
      return finishLogin(tenant, c, interaction, resolved.user, { amr: ['fed'] });
    }
    if (resolved.kind === 'not_admitted') return turnAway(tenant, c, interaction, resolved.refusal);
    recordFailure(tenant, clientId, connection.name, `its sign-up is off and nobody has that account yet.`);
    const description = 'Public signup is disabled';
    return abortInteraction(tenant, c, interaction, { error: 'access_denied', error_description: description });
  } catch (thrown) {
    if (!(thrown instanceof SocialLoginError)) throw thrown;
    recordFailure(tenant, clientId, connection.name, thrown.message);
    const description = `The login with ${connection.name} failed`;
    return abortInteraction(tenant, c, interaction, { error: 'access_denied', error_description: description });
  }
}

/** Back to the page the person came from; an app that asked for this connection hears of it. */
async function giveUp(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  { displayName, strategy }: SocialConnection,
): Promise<Response> {
  if (findSocialConnection(tenant, interaction.connection) === undefined) {
    const form = `You cancelled at ${displayName ?? providerDisplayName(strategy)}. Try again, or log in another way.`;
    const login = await keepRefusedForm(
      tenant,
      '/u/login',
      { state: interaction.id },
      { errors: { form }, status: 200 },
    );
    return c.redirect(login, 303);
  }
  const description = 'The user cancelled the login';
  return abortInteraction(tenant, c, interaction, { error: 'access_denied', error_description: description });
}

function recordFailure(tenant: TenantContext, clientId: string, connection: string, reason: string): void {
  tenant.events.record({
    type: 'login.failure',
    outcome: 'failure',
    sentence: `A login with connection ${connection} failed: ${reason}`,
    clientId,
    details: { connection },
  });
}

function showStale(tenant: TenantContext, c: Context): Promise<Response> {
  tenant.events.record({
    type: 'login.stale_page',
    outcome: 'failure',
    sentence: `${c.req.path} was opened for a login that is unknown, finished, expired or from another browser, or with a connection the client cannot use.`,
  });
  return renderErrorPage(c, {
    title: 'This page has expired',
    message: 'The login it belongs to is over, or was started in another browser. Go back to the app and log in again.',
    status: 400,
    frame: { tenantName: tenant.registry.config.name },
  });
}
