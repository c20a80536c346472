import type { Context } from 'hono';
import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { requestFacts } from '../http/request-facts.ts';
import type { MfaParty, Verified } from '../mfa/factors/factor.ts';
import { isRememberedBrowser, rememberBrowser } from '../mfa/remember-browser.ts';
import { currentLogin, raiseSession } from '../sessions/browser-session.ts';
import { type AuthorizeParams, type Interaction, resumeInteraction } from '../sessions/interactions.ts';
import type { Session, User } from '../store/store.ts';
import { hashSecret } from '../tokens/secret.ts';
import { type KeptVerdict, type MfaRequirement, passGate, type TransactionFacts, type Verdict } from './gate.ts';

interface RedirectLogin {
  readonly client: ClientConfig;
  readonly params: AuthorizeParams;
  readonly login: { readonly session: Session; readonly user: User };
  /** What the gate said earlier in this login. */
  readonly kept: KeptVerdict | undefined;
}

/**
 * The gate for logins through the browser. It is passed once per login: what it said is kept in the interaction, bound to
 * the session and to the moment of the first factor.
 */
export async function passRedirectGate(
  tenant: TenantContext,
  c: Context,
  { client, params, login: { session, user }, kept }: RedirectLogin,
): Promise<Exclude<Verdict, { kind: 'pass' }> | { readonly kind: 'pass'; readonly kept: KeptVerdict }> {
  if (kept !== undefined && isFor(kept, session)) {
    const { requirement, passed } = kept;
    if (requirement === undefined || hasPassedGate(kept, session)) return { kind: 'pass', kept };
    return { kind: 'mfa', requirement, passed };
  }
  const rememberedBrowser = await isRememberedBrowser(tenant, c, user);
  const verdict = await passGate(tenant, {
    client,
    user,
    connection: user.connection,
    protocol: 'redirect',
    amr: session.amr,
    audience: params.audience,
    scope: params.scope,
    acrValues: params.acrValues,
    sessionId: session.id,
    organization: tenant.registry.organization(params.organizationId),
    rememberedBrowser,
    request: requestFacts(c, client, describeRequest(client, params)),
    transaction: describeTransaction(params),
  });
  if (verdict.kind !== 'pass') return verdict;
  const { scope, idTokenClaims, accessTokenClaims } = verdict;
  return {
    kind: 'pass',
    kept: { ...boundTo(session), passed: { scope, idTokenClaims, accessTokenClaims }, rememberedBrowser },
  };
}

export function keepRequirement(session: Session, verdict: Extract<Verdict, { kind: 'mfa' }>): KeptVerdict {
  return { ...boundTo(session), passed: verdict.passed, requirement: verdict.requirement };
}

/** For the pages of the second factor: who is to prove what. Undefined when nothing is owed in this login. */
export async function findOwedFactor(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
): Promise<{ session: Session; user: User; party: MfaParty; requirement: MfaRequirement } | undefined> {
  const login = await currentLogin(tenant, c);
  const kept = interaction.result.gate;
  if (login === undefined || kept?.requirement === undefined || !isFor(kept, login.session)) return undefined;
  const party = {
    user: login.user,
    transaction: hashSecret(interaction.id),
    clientId: interaction.client.clientId,
  };
  return { ...login, party, requirement: kept.requirement };
}

/** The second factor was proved on the pages: marks the session, and goes on. */
export async function finishMfa(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  verified: Verified,
  { remember }: { remember: boolean },
): Promise<Response> {
  const owed = await findOwedFactor(tenant, c, interaction);
  if (owed !== undefined && owed.user.id === verified.authenticator.userId) {
    await raiseSession(tenant, c, owed.session, verified.amr);
    if (remember) await rememberBrowser(tenant, c, owed.user);
  }
  return resumeInteraction(c, interaction);
}

/** The query that the login began with, as rules know it; by now the browser is at a later address. */
function describeRequest({ clientId }: ClientConfig, params: AuthorizeParams): Record<string, string> {
  const { audience, connection, loginHint, screenHint, acrValues } = params;
  const query = {
    client_id: clientId,
    redirect_uri: params.redirectUri,
    response_type: 'code',
    scope: params.scope.join(' '),
    audience,
    connection,
    login_hint: loginHint,
    screen_hint: screenHint,
    acr_values: acrValues?.join(' '),
    prompt: params.prompt.length === 0 ? undefined : params.prompt.join(' '),
  };
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function describeTransaction({
  redirectUri,
  state,
  loginHint,
  prompt,
  responseMode,
}: AuthorizeParams): TransactionFacts {
  return {
    redirect_uri: redirectUri,
    state,
    login_hint: loginHint,
    prompt: prompt.length === 0 ? undefined : prompt,
    response_type: ['code'],
    response_mode: responseMode,
  };
}

/** Whether what the gate said is still true of the session, and nothing is owed. */
export function hasPassedGate(kept: KeptVerdict | undefined, session: Session): boolean {
  if (kept === undefined || !isFor(kept, session)) return false;
  return kept.requirement === undefined || session.amr.includes('mfa');
}

function boundTo(session: Session): Pick<KeptVerdict, 'sessionId' | 'authTime'> {
  return { sessionId: session.id, authTime: session.authTime };
}

function isFor(kept: KeptVerdict, session: Session): boolean {
  return kept.sessionId === session.id && kept.authTime === session.authTime;
}
