import type { Context } from 'hono';
import type { ClientConfig } from '../config/schema.ts';
import { isSocial } from '../connections/social/providers.ts';
import type { TenantContext } from '../context.ts';
import { cspSource } from '../http/csp-source.ts';
import type { KeptVerdict } from '../login/gate.ts';
import type { TransferOrigin, User } from '../store/store.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';
import { currentLogin, signIn } from './browser-session.ts';
import { readCookie } from './cookies.ts';
import { browserId } from './csrf.ts';

export { checkCsrf, csrfField, csrfToken } from './csrf.ts';

/** The page a person is sent to. */
export type InteractionPrompt = 'login' | 'signup' | 'consent' | 'select_account' | 'mfa' | 'passkey';

export type ResponseMode = 'query' | 'form_post' | 'web_message';

/** The parameters of `/authorize`, after every check. */
export interface AuthorizeParams {
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  readonly scope: readonly string[];
  readonly state?: string | undefined;
  readonly nonce?: string | undefined;
  /** Identifier of the API, the tenant's default one included; absent when the login is for no API. */
  readonly audience?: string | undefined;
  readonly codeChallenge?: string | undefined;
  readonly prompt: readonly ('none' | 'login' | 'consent' | 'select_account')[];
  /** Seconds. */
  readonly maxAge?: number | undefined;
  readonly screenHint?: string | undefined;
  readonly loginHint?: string | undefined;
  readonly connection?: string | undefined;
  readonly dpopJkt?: string | undefined;
  readonly acrValues?: readonly string[] | undefined;
  readonly organizationId?: string | undefined;
  /** Ticket that makes who signs in a member of the organization. */
  readonly invitation?: string | undefined;
  /** The device that hears of the answer (RFC 8628), in place of a redirect URI. */
  readonly device?: { readonly hash: string; readonly userCode: string } | undefined;
}

export interface SentTo {
  readonly connection: string;
  readonly identifier: string;
  /** The database whose code it was in place of the connection's: the address is that of one of its people. */
  readonly database?: { readonly name: string; readonly salt: string } | undefined;
}

/** What happened on the pages so far. Each result counts only for the session it was reached with. */
export interface InteractionResult {
  /** Id of the session in which the person proved, on these pages, who they are. */
  readonly authenticated?: string | undefined;
  /** Id of the session that began with a password on a device that can keep passkeys. */
  readonly knowsPasskeys?: string | undefined;
  /** Id of the session the person chose to go on with. */
  readonly selected?: string | undefined;
  /** What the person agreed to. */
  readonly consented?: { readonly sessionId: string; readonly scope: readonly string[] } | undefined;
  /** Where a code or link was sent to. */
  readonly sentTo?: SentTo | undefined;
  /** What the login gate said. */
  readonly gate?: KeptVerdict | undefined;
  /** The login goes on in a session that was there before, but it came by a session transfer. */
  readonly transferred?: { readonly sessionId: string; readonly origin: TransferOrigin } | undefined;
  readonly aborted?: { readonly error: string; readonly error_description: string } | undefined;
}

/** One login under way in one browser. */
export interface Interaction {
  /** Secret; travels as `state` between the hosted pages. */
  readonly id: string;
  readonly client: ClientConfig;
  readonly params: AuthorizeParams;
  /** The page that is due. */
  readonly prompt: InteractionPrompt;
  /** Where the answer will go, as a CSP `form-action` source: an origin, or a scheme such as `com.example.app:`. */
  readonly redirectOrigin: string;
  readonly loginHint?: string | undefined;
  readonly connection?: string | undefined;
  readonly result: InteractionResult;
}

interface InteractionData extends Record<string, unknown> {
  readonly clientId: string;
  readonly params: AuthorizeParams;
  readonly prompt: InteractionPrompt;
  readonly browser: string;
  readonly result: InteractionResult;
}

const kind = 'interaction';
const pages: Readonly<Record<InteractionPrompt, string>> = {
  login: '/u/login',
  signup: '/u/signup',
  consent: '/u/consent',
  select_account: '/u/select-account',
  mfa: '/u/mfa',
  passkey: '/u/passkey/offer',
};

/** Begins a login and sends the browser to its first page. */
export async function startInteraction(
  tenant: TenantContext,
  c: Context,
  {
    client,
    params,
    prompt,
    result = {},
  }: { client: ClientConfig; params: AuthorizeParams; prompt: InteractionPrompt; result?: InteractionResult },
): Promise<Response> {
  const id = createSecret();
  const now = tenant.clock.now();
  const data: InteractionData = {
    clientId: client.clientId,
    params,
    prompt,
    browser: hashSecret(browserId(tenant, c)),
    result,
  };
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(id),
    data,
    createdAt: now,
    expiresAt: now + tenant.registry.config.lifetimes.interaction * 1000,
  });
  return c.redirect(pageUrl(tenant, prompt, params.connection, id), 302);
}

/** Sends the browser of a running login on to its next page. */
export async function continueInteraction(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  prompt: InteractionPrompt,
  change: InteractionResult = {},
): Promise<Response> {
  const result = { ...interaction.result, ...change };
  await tenant.store.artifacts.patch(kind, hashSecret(interaction.id), { prompt, result });
  return c.redirect(
    pageUrl(tenant, prompt, interaction.connection, interaction.id),
    c.req.method === 'POST' ? 303 : 302,
  );
}

/**
 * The login named by `state` in the query or the form, or undefined when it is unknown, finished, expired, or was
 * started in another browser: a link to somebody else's login page leads nowhere (login CSRF). `named` is the id where
 * `state` is somebody else's.
 */
export async function loadInteraction(
  tenant: TenantContext,
  c: Context,
  named?: string,
): Promise<Interaction | undefined> {
  const id = named ?? c.req.query('state') ?? (await stateOfForm(c));
  const browser = readCookie(tenant, c, 'browser');
  if (id === undefined || id === '' || browser === undefined) return undefined;
  const artifact = await tenant.store.artifacts.get<InteractionData>(kind, hashSecret(id));
  if (artifact === undefined || artifact.consumedAt !== undefined) return undefined;
  if (artifact.expiresAt <= tenant.clock.now() || artifact.data.browser !== hashSecret(browser)) return undefined;
  const client = tenant.registry.client(artifact.data.clientId);
  if (client === undefined) return undefined;
  const { params, prompt, result } = artifact.data;
  return {
    id,
    client,
    params,
    prompt,
    // Browsers check every redirect that follows a form's POST against `form-action`, the last one included.
    redirectOrigin: cspSource(params.redirectUri),
    loginHint: params.loginHint,
    connection: params.connection,
    result,
  };
}

/** Takes the login out of the world; true for exactly one caller. */
export async function consumeInteraction(tenant: TenantContext, interaction: Interaction): Promise<boolean> {
  const taken = await tenant.store.artifacts.consume(kind, hashSecret(interaction.id), tenant.clock.now());
  return taken !== undefined;
}

/**
 * The person proved who they are: gives this browser a session and goes on. A blocked person goes back to the
 * application with `unauthorized`, "user is blocked". `next` is a page that comes before going on; `knowsPasskeys` says
 * that a passkey may be offered on the way.
 */
export async function finishLogin(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  user: User,
  { amr, next, knowsPasskeys = false }: { amr: readonly string[]; next?: string; knowsPasskeys?: boolean },
): Promise<Response> {
  const { clientId } = interaction.client;
  if (user.blocked) {
    tenant.events.record({
      type: 'login.failure',
      outcome: 'failure',
      sentence: `User ${user.id} gave the right credentials but is blocked; unblock the user to let them in.`,
      clientId,
      userId: user.id,
    });
    return abortInteraction(tenant, c, interaction, { error: 'unauthorized', error_description: 'user is blocked' });
  }
  const session = await signIn(tenant, c, user, amr);
  await tenant.store.users.recordLogin(user.id, tenant.clock.now());
  tenant.events.record({
    type: 'login.success',
    outcome: 'success',
    sentence: `User ${user.id} signed in for client ${clientId} (${amr.join(', ')}).`,
    clientId,
    userId: user.id,
  });
  await noteResult(tenant, interaction, {
    authenticated: session.id,
    knowsPasskeys: knowsPasskeys ? session.id : undefined,
  });
  return next === undefined ? resumeInteraction(c, interaction) : c.redirect(next, 303);
}

/** The person agreed to `scope`: remembers it for this client and API, and goes on. */
export async function finishConsent(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  scope: readonly string[],
): Promise<Response> {
  const login = await currentLogin(tenant, c);
  if (login === undefined) return continueInteraction(tenant, c, interaction, 'login');
  const granted = scope.filter((name) => interaction.params.scope.includes(name));
  const { clientId } = interaction.client;
  const audience = interaction.params.audience ?? '';
  await tenant.store.consents.grant(login.user.id, clientId, audience, granted, tenant.clock.now());
  tenant.events.record({
    type: 'consent.granted',
    outcome: 'success',
    sentence: `User ${login.user.id} allowed client ${clientId} the scope "${granted.join(' ')}".`,
    clientId,
    userId: login.user.id,
  });
  return advance(tenant, c, interaction, { consented: { sessionId: login.session.id, scope: granted } });
}

/** The person chose to go on as the one who is signed in already. */
export async function selectSession(tenant: TenantContext, c: Context, interaction: Interaction): Promise<Response> {
  const login = await currentLogin(tenant, c);
  if (login === undefined) return continueInteraction(tenant, c, interaction, 'login');
  return advance(tenant, c, interaction, { selected: login.session.id });
}

/** The login ends without a code; the application receives the error. */
export async function abortInteraction(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  aborted: { error: string; error_description: string },
): Promise<Response> {
  return advance(tenant, c, interaction, { aborted });
}

/** 303, so that the browser does not repeat the form's POST, with its password, at the next address (RFC 9700 4.12). */
async function advance(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  change: InteractionResult,
): Promise<Response> {
  await noteResult(tenant, interaction, change);
  return resumeInteraction(c, interaction);
}

/** Remembers something that happened in a running login. */
export async function noteResult(
  tenant: TenantContext,
  interaction: Interaction,
  change: InteractionResult,
): Promise<void> {
  const result = { ...interaction.result, ...change };
  await tenant.store.artifacts.patch(kind, hashSecret(interaction.id), { result });
}

/** Back to where it is decided what is due next. */
export function resumeInteraction(c: Context, interaction: Interaction): Response {
  return c.redirect(`/authorize/resume?state=${interaction.id}`, 303);
}

/** A login that names a social connection goes straight to its provider, one without a password to its own page. */
function pageUrl(tenant: TenantContext, prompt: InteractionPrompt, connection: string | undefined, id: string): string {
  const named = connection === undefined ? undefined : tenant.registry.connection(connection);
  const isFirst = prompt === 'login' || prompt === 'signup';
  if (!isFirst || named === undefined || named.strategy === 'auth0') return `${pages[prompt]}?state=${id}`;
  return `/u/${isSocial(named) ? 'social' : 'passwordless'}/${encodeURIComponent(named.name)}?state=${id}`;
}

async function stateOfForm(c: Context): Promise<string | undefined> {
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(c.req.header('content-type') ?? '');
  if (c.req.method !== 'POST' || !isForm) return undefined;
  const state = (await c.req.parseBody()).state;
  return typeof state === 'string' ? state : undefined;
}
