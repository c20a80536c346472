/** @jsxImportSource hono/jsx */
import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { cspSource } from '../../http/csp-source.ts';
import { renderErrorPage } from '../../pages/error-page.tsx';
import type { FormErrors } from '../../pages/form.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import { SocialProviderPage } from '../../pages/social/provider-page.tsx';
import { checkCsrf, csrfToken, loadInteraction } from '../../sessions/interactions.ts';
import { createSecret, hashSecret, isSameSecret } from '../../tokens/secret.ts';
import { isEmailAddress } from '../../users/signup.ts';
import { clientSecretAt, loginCallback, tenantClientId } from './credentials.ts';
import { providerIdTokenLifetime, signProviderIdToken } from './id-token.ts';
import {
  accountFor,
  accountsOf,
  findSocialConnection,
  isSocial,
  type ProviderAccount,
  providerDisplayName,
} from './providers.ts';
import { peekSocialLogin } from './social-login.ts';

/** What the page's address carries, as at any authorization endpoint. */
const authorizeQuery = z.object({
  response_type: z.literal('code'),
  client_id: z.literal(tenantClientId),
  redirect_uri: z.string(),
  state: z.string().min(1),
  nonce: z.string().min(1),
  code_challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  code_challenge_method: z.literal('S256'),
  login_hint: z.string().optional(),
});

interface CodeData extends Record<string, unknown> {
  readonly connection: string;
  readonly account: ProviderAccount;
  readonly nonce: string;
  readonly codeChallenge: string;
}

const kind = 'provider_code';
/** Seconds. */
const codeLifetime = 60;

/** The simulated providers: one OpenID Connect provider for each social connection, at `/idp/<connection>`. */
export function createProviderApp(tenant: TenantContext): Hono {
  const app = new Hono();
  app.get('/idp/:connection/authorize', (c) => withRequest(tenant, c, (request) => showProvider(tenant, c, request)));
  app.post('/idp/:connection/authorize', (c) =>
    withRequest(tenant, c, (request) => signInAtProvider(tenant, c, request)),
  );
  app.post('/idp/:connection/token', (c) => redeemProviderCode(tenant, c));
  return app;
}

interface ProviderRequest {
  readonly connection: ConnectionConfig;
  readonly query: z.infer<typeof authorizeQuery>;
}

async function withRequest(
  tenant: TenantContext,
  c: Context,
  handle: (request: ProviderRequest) => Promise<Response>,
): Promise<Response> {
  const connection = findSocialConnection(tenant, c.req.param('connection'));
  const query = authorizeQuery.safeParse(c.req.query());
  if (connection && query.success && query.data.redirect_uri === loginCallback(tenant)) {
    return handle({ connection, query: query.data });
  }
  return renderErrorPage(c, {
    title: 'This page has expired',
    message: 'Go back to the app and log in again.',
    detail: connection
      ? 'The request to the simulated provider is not complete.'
      : 'There is no such social connection.',
    status: connection ? 400 : 404,
    frame: { tenantName: tenant.registry.config.name },
  });
}

async function showProvider(
  tenant: TenantContext,
  c: Context,
  { connection, query }: ProviderRequest,
  page: { values?: Readonly<Record<string, string>>; errors?: FormErrors; status?: 400 | 403 } = {},
): Promise<Response> {
  const pending = await peekSocialLogin(tenant, query.state);
  const interaction = pending && (await loadInteraction(tenant, c, pending.interactionId));
  return renderPage(
    c,
    <SocialProviderPage
      frame={{ tenantName: tenant.registry.config.name, clientName: interaction?.client.name }}
      provider={
        connection.displayName ?? (isSocial(connection) ? providerDisplayName(connection.strategy) : connection.name)
      }
      action={`/idp/${encodeURIComponent(connection.name)}/authorize${new URL(c.req.url).search}`}
      csrf={await csrfToken(tenant, c, csrfPurpose(connection))}
      accounts={accountsOf(tenant, connection)}
      email={page.values?.email ?? query.login_hint}
      name={page.values?.name}
      errors={page.errors}
    />,
    {
      status: page.status ?? 200,
      // The form's POST is redirected through the tenant to the app, and browsers check the whole chain.
      formAction: interaction === undefined ? undefined : cspSource(interaction.params.redirectUri),
    },
  );
}

async function signInAtProvider(tenant: TenantContext, c: Context, request: ProviderRequest): Promise<Response> {
  const { connection, query } = request;
  const body = await c.req.parseBody();
  const form = Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  if (!(await checkCsrf(tenant, c, form, csrfPurpose(connection)))) {
    const errors = { form: 'We could not make sure that this form came from you. Please send it again.' };
    return showProvider(tenant, c, request, { errors, status: 403 });
  }
  if (form.action === 'cancel') {
    return sendBack(c, query, { error: 'access_denied', error_description: 'The user cancelled at the provider' });
  }
  const account = chooseAccount(tenant, connection, form);
  if ('fields' in account) return showProvider(tenant, c, request, { values: form, errors: account, status: 400 });
  const code = createSecret();
  const now = tenant.clock.now();
  const data: CodeData = {
    connection: connection.name,
    account,
    nonce: query.nonce,
    codeChallenge: query.code_challenge,
  };
  const expiresAt = now + codeLifetime * 1000;
  await tenant.store.artifacts.insert({ kind, hash: hashSecret(code), data, createdAt: now, expiresAt });
  return sendBack(c, query, { code });
}

/** One of those on the page, or the address that was typed in. */
function chooseAccount(
  tenant: TenantContext,
  connection: ConnectionConfig,
  form: Readonly<Record<string, string>>,
): ProviderAccount | { fields: Record<string, string> } {
  const chosen = accountsOf(tenant, connection).find(({ sub }) => sub === form.account);
  if (chosen) return chosen;
  const email = (form.email ?? '').trim();
  if (!isEmailAddress(email)) return { fields: { email: 'Enter an email address, like name@example.com.' } };
  const name = (form.name ?? '').trim() || email;
  return accountFor(tenant, connection, { email, name, emailVerified: form.email_verified === 'yes' });
}

function sendBack(c: Context, query: ProviderRequest['query'], answer: Record<string, string>): Response {
  const url = new URL(query.redirect_uri);
  url.search = String(new URLSearchParams({ ...answer, state: query.state }));
  return c.redirect(url.href, 303);
}

const tokenRequest = z.object({
  grant_type: z.literal('authorization_code'),
  code: z.string().min(1),
  redirect_uri: z.string(),
  client_id: z.literal(tenantClientId),
  client_secret: z.string().min(1),
  code_verifier: z.string().min(43),
});

/** The provider's token endpoint (RFC 6749 section 4.1.3, OIDC Core 3.1.3). */
async function redeemProviderCode(tenant: TenantContext, c: Context): Promise<Response> {
  c.header('Cache-Control', 'no-store');
  const connection = findSocialConnection(tenant, c.req.param('connection'));
  const request = tokenRequest.safeParse(await c.req.parseBody());
  if (!connection || !request.success) return c.json({ error: 'invalid_request' }, 400);
  const { code, redirect_uri: redirectUri, client_secret: sent, code_verifier: verifier } = request.data;
  const secret = await clientSecretAt(tenant, connection.name);
  if (!isSameSecret(sent, secret)) return c.json({ error: 'invalid_client' }, 401);
  const spent = await tenant.store.artifacts.consume<CodeData>(kind, hashSecret(code), tenant.clock.now());
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const isGood =
    spent !== undefined &&
    spent.data.connection === connection.name &&
    spent.data.codeChallenge === challenge &&
    redirectUri === loginCallback(tenant);
  if (!isGood) return c.json({ error: 'invalid_grant' }, 400);
  const { account, nonce } = spent.data;
  const idToken = await signProviderIdToken(tenant, connection, account, nonce);
  return c.json({
    access_token: createSecret(),
    token_type: 'Bearer',
    expires_in: providerIdTokenLifetime,
    id_token: idToken,
  });
}

function csrfPurpose(connection: ConnectionConfig): string {
  return `provider:${connection.name}`;
}
