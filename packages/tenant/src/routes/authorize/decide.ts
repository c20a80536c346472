import type { Context } from 'hono';
import type { ClientConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { mfaRequiredText } from '../../errors.ts';
import { isLoopback } from '../../http/loopback.ts';
import type { KeptVerdict } from '../../login/gate.ts';
import { keepRequirement, passRedirectGate } from '../../login/redirect-gate.ts';
import { whyNotAdmitted } from '../../organizations/membership.ts';
import { isOfferDue } from '../../passkeys/offer.ts';
import type { AuthorizeParams, InteractionPrompt, InteractionResult } from '../../sessions/interactions.ts';
import type { Session, User } from '../../store/store.ts';
import { RedirectError } from './request.ts';

export interface Login {
  readonly session: Session;
  readonly user: User;
}

export type Decision =
  | { readonly kind: 'page'; readonly prompt: InteractionPrompt; readonly gate?: KeptVerdict | undefined }
  | { readonly kind: 'code'; readonly login: Login; readonly scope: readonly string[]; readonly gate: KeptVerdict };

export interface Situation {
  readonly client: ClientConfig;
  readonly params: AuthorizeParams;
  /** Who is signed in on this browser. */
  readonly login: Login | undefined;
  /** What was done on the hosted pages for this very request. */
  readonly result: InteractionResult;
}

/**
 * What is due next: a page, or the code. With `prompt=none` a page that would be due is an error instead
 * (OIDC Core 3.1.2.6).
 */
export async function decide(tenant: TenantContext, c: Context, situation: Situation): Promise<Decision> {
  const { params, login } = situation;
  const isSilent = params.prompt.includes('none');
  if (login === undefined || (await mustAuthenticate(tenant, situation, login))) {
    if (isSilent) throw refuseSilently('login_required', 'Login required', situation);
    return { kind: 'page', prompt: params.screenHint === 'signup' ? 'signup' : 'login' };
  }
  if (mustChooseAccount(situation, login)) {
    if (isSilent) throw refuseSilently('interaction_required', 'Interaction required', situation);
    return { kind: 'page', prompt: 'select_account' };
  }
  await requireAdmission(tenant, situation, login);
  const gate = await passRedirectGate(tenant, c, { ...situation, login, kept: situation.result.gate });
  if (gate.kind === 'denied') throw refuseDenied(gate, situation, login);
  if (gate.kind === 'mfa') {
    // OpenID Connect has no error of its own for it; Auth0's SDKs know it by the words.
    if (isSilent) throw refuseSilently('login_required', mfaRequiredText, situation);
    return { kind: 'page', prompt: 'mfa', gate: keepRequirement(login.session, gate) };
  }
  const { kept } = gate;
  if (situation.result.knowsPasskeys === login.session.id && (await isOfferDue(tenant, login.user))) {
    return { kind: 'page', prompt: 'passkey', gate: kept };
  }
  const consented = await findConsent(tenant, situation, login);
  if (consented === undefined) {
    if (isSilent) throw refuseSilently('consent_required', 'Consent required', situation);
    return { kind: 'page', prompt: 'consent', gate: kept };
  }
  // What rules added was never asked for, so nobody was asked about it.
  const scope = kept.passed.scope.filter((name) => consented.includes(name) || !params.scope.includes(name));
  return { kind: 'code', login, scope, gate: kept };
}

async function mustAuthenticate(
  tenant: TenantContext,
  { params, result }: Situation,
  { session, user }: Login,
): Promise<boolean> {
  if (result.authenticated === session.id) return false;
  if (params.prompt.includes('login')) return true;
  if (params.connection !== undefined && !(await signsInBy(tenant, user, params.connection))) return true;
  if (params.maxAge === undefined) return false;
  return params.maxAge === 0 || tenant.clock.now() > session.authTime + params.maxAge * 1000;
}

/** Whether the connection is the user's own, or one that was linked to them. */
async function signsInBy(tenant: TenantContext, user: User, connection: string): Promise<boolean> {
  if (user.connection === connection) return true;
  const linked = await tenant.store.identities.list(user.id);
  return linked.some((identity) => identity.connection === connection);
}

/**
 * Also where the answer goes to a private-use scheme: another app on the device may have claimed it, so a session alone
 * must not be enough to get a code (RFC 8252 section 8.6).
 */
function mustChooseAccount({ params, result }: Situation, { session }: Login): boolean {
  const isDone = [result.authenticated, result.selected].includes(session.id);
  if (isDone) return false;
  if (params.prompt.includes('select_account')) return true;
  return !provesReceiver(params.redirectUri) && result.consented?.sessionId !== session.id;
}

/** Only https, and this machine's own loopback during development, tells who receives the answer. */
function provesReceiver(redirectUri: string): boolean {
  const url = new URL(redirectUri);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** Who signs in to an organization must be a member, or invited. */
async function requireAdmission(tenant: TenantContext, { client, params }: Situation, { user }: Login): Promise<void> {
  const organization = tenant.registry.organization(params.organizationId);
  if (organization === undefined) return;
  const { connection } = user;
  const refusal = await whyNotAdmitted(tenant, organization, user, { connection, invitation: params.invitation });
  if (refusal === undefined) return;
  throw new RedirectError('access_denied', refusal.description, {
    explanation: `The login at client ${client.clientId} was denied: ${refusal.explanation}`,
  });
}

/** The scope that is agreed to, or undefined when the person must be asked. */
async function findConsent(
  tenant: TenantContext,
  { client, params, result }: Situation,
  { session, user }: Login,
): Promise<readonly string[] | undefined> {
  if (result.consented?.sessionId === session.id) return result.consented.scope;
  if (params.prompt.includes('consent')) return undefined;
  const { audience = '' } = params;
  const isFirstParty = client.skipConsent && (tenant.registry.api(audience)?.skipConsent ?? true);
  if (isFirstParty) return params.scope;
  const given = await tenant.store.consents.get(user.id, client.clientId, audience);
  const isCovered = given !== undefined && params.scope.every((name) => given.includes(name));
  return isCovered ? params.scope : undefined;
}

function refuseDenied(
  { error, reason }: { error: string; reason: string },
  { client }: Situation,
  { user }: Login,
): RedirectError {
  return new RedirectError(error, reason, {
    explanation: `The login of user ${user.id} at client ${client.clientId} was denied: ${reason.replace(/\.?$/, '.')}`,
  });
}

function refuseSilently(error: string, description: string, { client, login }: Situation): RedirectError {
  const reason = {
    login_required:
      login === undefined
        ? 'this browser has no live session (never signed in, signed out, expired, or its cookie was not sent)'
        : description === mfaRequiredText
          ? 'the login owes a second factor, which takes a page'
          : 'the session is too old for max_age, or belongs to another connection',
    interaction_required: 'the answer goes to a custom scheme, so the person must confirm the account',
    consent_required: 'the person has not agreed to the requested scope yet',
  }[error];
  return new RedirectError(error, description, {
    explanation: `Client ${client.clientId} asked silently (prompt=none) and got ${error}: ${reason}.`,
  });
}
