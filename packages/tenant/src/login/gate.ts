import { runPostLogin } from '../actions/run-post-login.ts';
import type { ClientConfig, OrganizationConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { FactorType } from '../mfa/factors/factor.ts';
import { judgeMfa } from '../mfa/policy.ts';
import type { User } from '../store/store.ts';

/** What of the HTTP request a rule may look at. Never secrets: passwords, codes and tokens are left out. */
export interface RequestFacts {
  readonly ip: string;
  readonly userAgent?: string | undefined;
  readonly language?: string | undefined;
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What of an authorization request a rule may look at, in the words of Auth0's Actions. */
export interface TransactionFacts {
  readonly redirect_uri?: string | undefined;
  readonly state?: string | undefined;
  readonly login_hint?: string | undefined;
  readonly prompt?: readonly string[] | undefined;
  readonly response_type?: readonly string[] | undefined;
  readonly response_mode?: string | undefined;
}

/** Somebody proved who they are, and tokens or a code are about to be made. */
export interface LoginAttempt {
  readonly client: ClientConfig;
  readonly user: User;
  readonly connection?: string | undefined;
  readonly protocol: 'redirect' | 'password' | 'passwordless' | 'passkey' | 'refresh' | 'token-exchange' | 'social';
  /** How they proved it (RFC 8176); holds `mfa` when a second factor was among it. */
  readonly amr: readonly string[];
  readonly audience?: string | undefined;
  readonly scope: readonly string[];
  readonly acrValues?: readonly string[] | undefined;
  readonly sessionId?: string | undefined;
  /** The one the person signs in to, or signed in to. */
  readonly organization?: OrganizationConfig | undefined;
  /** The person asked, after an earlier second factor, not to be asked again on this browser. */
  readonly rememberedBrowser?: boolean | undefined;
  readonly request: RequestFacts;
  /** Of logins through the browser. */
  readonly transaction?: TransactionFacts | undefined;
}

/** What a login that may go on gets. Spreads into a `Subject`. */
export interface Passed {
  readonly scope: readonly string[];
  readonly idTokenClaims: Readonly<Record<string, unknown>>;
  readonly accessTokenClaims: Readonly<Record<string, unknown>>;
}

/** `challenge`: what the user has and may be asked for. `enroll`: what the user may set up, having nothing. */
export interface MfaRequirement {
  readonly challenge: readonly FactorType[];
  readonly enroll: readonly FactorType[];
}

export type Verdict =
  | ({ readonly kind: 'pass' } & Passed)
  | { readonly kind: 'denied'; readonly error: 'access_denied' | 'unauthorized'; readonly reason: string }
  /** `passed` is what the login gets once the second factor is proved: rules ran already and do not run again. */
  | { readonly kind: 'mfa'; readonly requirement: MfaRequirement; readonly passed: Passed };

/** A verdict on a login in the browser, kept until the code is sent. */
export interface KeptVerdict {
  readonly sessionId: string;
  /** Milliseconds. Signing in again, in the same session too, needs a new verdict. */
  readonly authTime: number;
  readonly passed: Passed;
  readonly requirement?: MfaRequirement | undefined;
  readonly rememberedBrowser?: boolean | undefined;
}

/**
 * The one gate that every login and renewal passes before tokens or a code are made: blocked user, then the tenant's
 * own rules, then the MFA policy.
 */
export async function passGate(tenant: TenantContext, login: LoginAttempt): Promise<Verdict> {
  const attempt = { ...login, scope: permittedScope(tenant, login) };
  if (attempt.user.blocked) return { kind: 'denied', error: 'unauthorized', reason: 'user is blocked' };
  const rules = await runPostLogin(tenant, attempt);
  if (rules.kind === 'denied') return { kind: 'denied', error: 'access_denied', reason: rules.reason };
  const { passed, multifactor } = rules;
  // A rule may insist on a second factor although the browser is remembered.
  const rememberedBrowser = attempt.rememberedBrowser === true && multifactor?.allowRememberBrowser !== false;
  const requirement = await judgeMfa(
    tenant,
    { ...attempt, rememberedBrowser },
    { requiredByRule: multifactor !== undefined },
  );
  return requirement === undefined ? { kind: 'pass', ...passed } : { kind: 'mfa', requirement, passed };
}

/** Of an API with role-based access control nobody gets more than their permissions. */
function permittedScope(tenant: TenantContext, { user, audience, scope }: LoginAttempt): readonly string[] {
  const api = audience === undefined ? undefined : tenant.registry.api(audience);
  if (api?.rbac !== true) return scope;
  const permissions = tenant.registry.permissionsOf(user, api.identifier);
  return scope.filter((name) => !api.scopes.includes(name) || permissions.includes(name));
}
