import type { ClientConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { finishDevice } from '../../device/finish-device.tsx';
import { OAuthError, recordRefusal } from '../../errors.ts';
import { type Parameters, readBody, toParameters } from '../../http/body.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { renderErrorPage } from '../../pages/error-page.tsx';
import { currentLogin, renewSession } from '../../sessions/browser-session.ts';
import {
  type AuthorizeParams,
  consumeInteraction,
  continueInteraction,
  type Interaction,
  loadInteraction,
  startInteraction,
} from '../../sessions/interactions.ts';
import type { TransferOrigin } from '../../store/store.ts';
import { createAuthorizationCode } from '../../tokens/authorization-code.ts';
import { checkAudience } from './check-audience.ts';
import { checkClient } from './check-client.ts';
import { checkConnection } from './check-connection.ts';
import { checkDpopJkt } from './check-dpop-jkt.ts';
import { checkEchoed } from './check-echoed.ts';
import { checkMaxAge } from './check-max-age.ts';
import { checkOrganization } from './check-organization.ts';
import { checkPkce } from './check-pkce.ts';
import { checkPrompt } from './check-prompt.ts';
import { checkRedirectUri } from './check-redirect-uri.ts';
import { checkRequestObject } from './check-request-object.ts';
import { checkResponseMode } from './check-response-mode.ts';
import { checkResponseType } from './check-response-type.ts';
import { checkScope } from './check-scope.ts';
import { type Decision, decide, type Login } from './decide.ts';
import { type AuthorizeRequest, type Check, PageError, RedirectError } from './request.ts';
import { type ResponseTarget, respondToClient } from './respond.ts';
import { type Transfer, takeSessionTransfer } from './session-transfer.ts';

/** In this order, after client, redirect URI and response mode; the first that objects decides the answer. */
const checks: readonly Check[] = [
  checkRequestObject,
  checkResponseType,
  checkPkce,
  checkAudience,
  checkScope,
  checkPrompt,
  checkMaxAge,
  checkConnection,
  checkOrganization,
  checkDpopJkt,
  checkEchoed,
];

/** `GET|POST /authorize` (OIDC Core 3.1.2) */
export async function handleAuthorize(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  let sent: Parameters;
  let client: ClientConfig | undefined;
  try {
    sent = c.req.method === 'POST' ? await readBody(c) : toParameters(new URL(c.req.url).searchParams);
    client = checkClient(tenant, sent);
    const redirectUri = checkRedirectUri(client, sent);
    return await authorize(tenant, c, { tenant, client, redirectUri, sent });
  } catch (thrown) {
    return showError(tenant, c, thrown, client?.clientId);
  }
}

async function authorize(tenant: TenantContext, c: ProtocolContext, request: AuthorizeRequest): Promise<Response> {
  const { client, redirectUri, sent } = request;
  let target: ResponseTarget = { redirectUri, responseMode: 'query', state: sent.state };
  return answer(
    tenant,
    c,
    client,
    () => target,
    async () => {
      target = { ...target, ...checkResponseMode(request) };
      const found: AuthorizeParams = { ...target, scope: [], prompt: [] };
      const params: AuthorizeParams = Object.assign(found, ...checks.map((check) => check(request)));
      const transfer = await takeSessionTransfer(tenant, c, request, params);
      if (transfer?.kind === 'prompt' && !params.prompt.includes('none')) {
        // No session of this browser will do: the person signs in.
        const { prompt } = params;
        const asked: AuthorizeParams = { ...params, prompt: [...new Set([...prompt, 'login' as const])] };
        return startInteraction(tenant, c, { client, params: asked, prompt: 'login' });
      }
      const login = transfer === undefined ? await currentLogin(tenant, c) : loginOf(transfer);
      const decision = await decide(tenant, c, { client, params, login, result: {} });
      const origin = transfer?.kind === 'login' ? transfer.origin : undefined;
      if (decision.kind === 'page') {
        const { prompt, gate } = decision;
        const transferred = origin && login && { sessionId: login.session.id, origin };
        return startInteraction(tenant, c, { client, params, prompt, result: { gate, transferred } });
      }
      return sendCode(tenant, c, client, params, decision, origin);
    },
  );
}

/** `GET /authorize/resume`: where the hosted pages lead back to. */
export async function handleResume(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  const interaction = await loadInteraction(tenant, c);
  if (interaction === undefined) return showError(tenant, c, lostInteraction(), undefined);
  const { client, params, result } = interaction;
  const finish = async (respond: () => Promise<Response>) =>
    (await consumeInteraction(tenant, interaction))
      ? respond()
      : showError(tenant, c, lostInteraction(), client.clientId);

  return answer(
    tenant,
    c,
    client,
    () => params,
    async () => {
      if (result.aborted !== undefined) {
        const { error, error_description: description } = result.aborted;
        return finish(() => Promise.reject(new RedirectError(error, description)));
      }
      const login = await currentLogin(tenant, c);
      const decision = await decide(tenant, c, { client, params, login, result });
      if (decision.kind === 'page') {
        const { prompt, gate = result.gate } = decision;
        return continueInteraction(tenant, c, interaction, prompt, { gate });
      }
      if (params.device !== undefined) return finish(() => allowDevice(tenant, c, interaction, decision));
      const { transferred } = result;
      const origin = transferred?.sessionId === decision.login.session.id ? transferred.origin : undefined;
      return finish(() => sendCode(tenant, c, client, params, decision, origin));
    },
    params.device && (({ message }) => finishDevice(tenant, c, interaction, { kind: 'denied', description: message })),
  );
}

/** What the redirect would bring to an application, for a device. */
function allowDevice(
  tenant: TenantContext,
  c: ProtocolContext,
  interaction: Interaction,
  { login: { session, user }, scope, gate }: Extract<Decision, { kind: 'code' }>,
): Promise<Response> {
  return finishDevice(tenant, c, interaction, {
    kind: 'allowed',
    userId: user.id,
    scope,
    authTime: session.authTime,
    amr: session.amr,
    rememberedBrowser: gate.rememberedBrowser,
    idTokenClaims: gate.passed.idTokenClaims,
    accessTokenClaims: gate.passed.accessTokenClaims,
  });
}

function loginOf(transfer: Transfer): Login | undefined {
  return transfer.kind === 'login' ? transfer.login : undefined;
}

/** Runs `work`; a `RedirectError` goes to the application, anything else to the error page of the caller. */
async function answer(
  tenant: TenantContext,
  c: ProtocolContext,
  client: ClientConfig,
  target: () => ResponseTarget,
  work: () => Promise<Response>,
  tell = (refusal: RedirectError): Response | Promise<Response> =>
    respondToClient(tenant, c, target(), { error: refusal.error, error_description: refusal.message }),
): Promise<Response> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof RedirectError)) return showError(tenant, c, thrown, client.clientId);
    recordRefusal(tenant, 'authorize.rejected', thrown, { clientId: client.clientId });
    return tell(thrown);
  }
}

async function sendCode(
  tenant: TenantContext,
  c: ProtocolContext,
  client: ClientConfig,
  params: AuthorizeParams,
  { login: { session, user }, scope, gate }: Extract<Decision, { kind: 'code' }>,
  origin: TransferOrigin | undefined = session.origin,
): Promise<Response> {
  const code = await createAuthorizationCode(tenant, {
    clientId: client.clientId,
    userId: user.id,
    redirectUri: params.redirectUri,
    codeChallenge: params.codeChallenge,
    scope,
    audience: params.audience,
    nonce: params.nonce,
    sessionId: session.id,
    authTime: session.authTime,
    tellAuthTime: params.maxAge !== undefined || params.prompt.includes('login'),
    dpopJkt: params.dpopJkt,
    amr: session.amr,
    rememberedBrowser: gate.rememberedBrowser,
    organizationId: params.organizationId,
    origin,
    idTokenClaims: gate.passed.idTokenClaims,
    accessTokenClaims: gate.passed.accessTokenClaims,
  });
  await renewSession(tenant, session);
  await tenant.store.sessions.addClient(session.id, client.clientId, tenant.clock.now());
  tenant.events.record({
    type: 'authorize.success',
    outcome: 'success',
    sentence: `Client ${client.clientId} got an authorization code for user ${user.id}, scope "${scope.join(' ')}".`,
    clientId: client.clientId,
    userId: user.id,
    details: { audience: params.audience ?? null, response_mode: params.responseMode },
  });
  return respondToClient(tenant, c, params, { code });
}

function lostInteraction(): PageError {
  return new PageError('invalid_request', 'This sign-in is no longer under way.', {
    explanation:
      'A sign-in page was used that is finished, expired, or was opened in another browser; start again from the application.',
  });
}

/** The tenant's own page, with the reason: whoever sees it is the developer, or on their machine. */
async function showError(
  tenant: TenantContext,
  c: ProtocolContext,
  error: unknown,
  clientId: string | undefined,
): Promise<Response> {
  if (!(error instanceof OAuthError)) throw error;
  recordRefusal(tenant, 'authorize.rejected', error, { clientId });
  c.header('Cache-Control', 'no-store');
  return renderErrorPage(c, {
    title: 'Sign-in cannot go on',
    message: error.message,
    detail: error.explanation,
    status: error.status,
    frame: { tenantName: tenant.registry.config.name },
  });
}
