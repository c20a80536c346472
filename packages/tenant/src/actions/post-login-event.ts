import type { OrganizationConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { LoginAttempt } from '../login/gate.ts';
import { factorTypes } from '../mfa/factors/factor-types.ts';
import type { User } from '../store/store.ts';
import { defineUnsupported, freezeDeep } from './unsupported.ts';

export interface ActionClient {
  readonly client_id: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ActionConnection {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
}

export interface ActionRequest {
  readonly ip: string;
  readonly hostname: string;
  readonly method: string;
  /** Without secrets. */
  readonly query: Readonly<Record<string, string>>;
  /** Without secrets: no password, code or token. */
  readonly body: Readonly<Record<string, string>>;
  readonly user_agent?: string;
  readonly language?: string;
  /** Empty: a local address is nowhere. */
  readonly geoip: {
    readonly countryCode?: string;
    readonly countryName?: string;
    readonly cityName?: string;
    readonly timeZone?: string;
  };
}

export interface ActionTenant {
  readonly id: string;
}

export interface ActionUser {
  readonly user_id: string;
  readonly email?: string;
  readonly email_verified: boolean;
  readonly username?: string;
  readonly phone_number?: string;
  readonly phone_verified?: boolean;
  readonly name?: string;
  readonly given_name?: string;
  readonly family_name?: string;
  readonly nickname?: string;
  readonly picture?: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_password_reset?: string;
  readonly user_metadata: Readonly<Record<string, unknown>>;
  readonly app_metadata: Readonly<Record<string, unknown>>;
  readonly identities: readonly {
    readonly connection: string;
    readonly provider: string;
    readonly user_id: string;
    readonly isSocial: boolean;
    readonly profileData?: Readonly<Record<string, string>>;
  }[];
  /** `['guardian']` when a second factor is set up. */
  readonly multifactor: readonly string[];
  readonly enrolledFactors: readonly { readonly type: string; readonly options: Readonly<Record<string, unknown>> }[];
}

/** What an `onExecutePostLogin` Action is told. It cannot be changed: changes go through `api`. */
export interface PostLoginEvent {
  readonly client: ActionClient;
  readonly user: ActionUser;
  readonly connection: ActionConnection;
  readonly request: ActionRequest;
  readonly tenant: ActionTenant;
  readonly secrets: Readonly<Record<string, string>>;
  readonly configuration: Readonly<Record<string, string>>;
  readonly authentication: {
    readonly methods: readonly { readonly name: string; readonly timestamp: string }[];
  };
  /** Roles of the configuration, and those in `app_metadata.roles`. */
  readonly authorization: { readonly roles: readonly string[] };
  /** Counts the login that is under way. */
  readonly stats: { readonly logins_count: number };
  readonly session?: { readonly id: string };
  /** The API that tokens are asked for. */
  readonly resource_server?: { readonly identifier: string };
  readonly organization?: { readonly id: string; readonly name: string; readonly display_name: string };
  readonly transaction: {
    readonly protocol: string;
    readonly acr_values: readonly string[];
    readonly requested_scopes: readonly string[];
    readonly locale?: string;
    readonly ui_locales: readonly string[];
    readonly redirect_uri?: string;
    readonly state?: string;
    readonly login_hint?: string;
    readonly prompt?: readonly string[];
    readonly response_type?: readonly string[];
    readonly response_mode?: string;
  };
}

/** Auth0's names for how a login came. */
const protocols: Readonly<Record<LoginAttempt['protocol'], string>> = {
  redirect: 'oidc-basic-profile',
  social: 'oidc-basic-profile',
  password: 'oauth2-password',
  passwordless: 'oauth2-password',
  passkey: 'oauth2-webauthn',
  refresh: 'oauth2-refresh-token',
  'token-exchange': 'oauth2-token-exchange',
};

/** Documented by Auth0 and not known here. */
const unsupported = {
  event: ['security_context', 'refresh_token', 'custom_domain', 'prompt', 'transaction_metadata'],
  authentication: ['riskAssessment'],
} as const;

export async function createPostLoginEvent(tenant: TenantContext, attempt: LoginAttempt): Promise<PostLoginEvent> {
  const { client, user, request, transaction, sessionId, audience, organization } = attempt;
  const { config } = tenant.registry;
  const connection = tenant.registry.connection(attempt.connection ?? user.connection);
  const timestamp = new Date(tenant.clock.now()).toISOString();
  const authentication = { methods: attempt.amr.map((method) => ({ name: methodName(method), timestamp })) };
  const event: PostLoginEvent = {
    client: describeClient(client),
    user: await describeUser(tenant, user),
    connection: describeConnection(connection?.name ?? user.connection, connection?.strategy ?? 'auth0'),
    request: describeRequest(tenant, request),
    tenant: { id: config.name },
    secrets: { ...config.actions.secrets },
    configuration: {},
    authentication,
    authorization: { roles: [...new Set([...tenant.registry.rolesOf(user), ...rolesOf(user)])] },
    stats: { logins_count: user.loginsCount + (isCountedLater(attempt) ? 1 : 0) },
    ...(sessionId === undefined ? {} : { session: { id: sessionId } }),
    ...(audience === undefined ? {} : { resource_server: { identifier: audience } }),
    ...(organization === undefined ? {} : { organization: describeOrganization(organization) }),
    transaction: {
      protocol: protocols[attempt.protocol],
      acr_values: [...(attempt.acrValues ?? [])],
      requested_scopes: [...attempt.scope],
      ui_locales: [],
      ...(request.language === undefined ? {} : { locale: request.language }),
      ...withoutUndefined(transaction ?? {}),
    },
  };
  defineUnsupported('event', event, unsupported.event);
  defineUnsupported('event.authentication', authentication, unsupported.authentication);
  return freezeDeep(event);
}

function describeOrganization({ id, name, displayName = name }: OrganizationConfig) {
  return { id, name, display_name: displayName };
}

/** Logins through the browser are counted before the gate, others after it. */
function isCountedLater({ protocol }: LoginAttempt): boolean {
  return (
    protocol === 'password' || protocol === 'passwordless' || protocol === 'passkey' || protocol === 'token-exchange'
  );
}

export function describeClient({ clientId, name }: LoginAttempt['client']): ActionClient {
  return { client_id: clientId, name, metadata: {} };
}

export function describeConnection(name: string, strategy: string): ActionConnection {
  return { id: `con_${name}`, name, strategy };
}

export function describeRequest(tenant: TenantContext, request: LoginAttempt['request']): ActionRequest {
  const body = withoutUndefined(request.body ?? {});
  return {
    ip: request.ip,
    hostname: new URL(tenant.issuer).hostname,
    method: Object.keys(body).length > 0 ? 'POST' : 'GET',
    query: withoutUndefined(request.query ?? {}),
    body,
    ...withoutUndefined({ user_agent: request.userAgent, language: request.language }),
    geoip: {},
  };
}

async function describeUser(tenant: TenantContext, user: User): Promise<ActionUser> {
  const [linked, authenticators] = await Promise.all([
    tenant.store.identities.list(user.id),
    tenant.store.authenticators.list(user.id),
  ]);
  const bar = user.id.indexOf('|');
  const provider = user.id.slice(0, bar);
  const factors = factorTypes(authenticators.filter(({ confirmed }) => confirmed).map(({ factor }) => factor));
  const { name, given_name, family_name, nickname, picture } = user.profile;
  return {
    user_id: user.id,
    ...withoutUndefined({ email: user.email, username: user.username, phone_number: user.phoneNumber }),
    ...withoutUndefined({ name, given_name, family_name, nickname, picture }),
    email_verified: user.emailVerified,
    ...(user.phoneNumber === undefined ? {} : { phone_verified: user.phoneVerified }),
    created_at: new Date(user.createdAt).toISOString(),
    updated_at: new Date(user.updatedAt).toISOString(),
    ...(user.lastPasswordResetAt === undefined
      ? {}
      : { last_password_reset: new Date(user.lastPasswordResetAt).toISOString() }),
    user_metadata: structuredClone(user.userMetadata),
    app_metadata: structuredClone(user.appMetadata),
    identities: [
      { connection: user.connection, provider, user_id: user.id.slice(bar + 1), isSocial: isSocial(provider) },
      ...linked.map((one) => ({
        connection: one.connection,
        provider: one.provider,
        user_id: one.providerUserId,
        isSocial: isSocial(one.provider),
        profileData: { ...one.profile },
      })),
    ],
    multifactor: factors.length > 0 ? ['guardian'] : [],
    enrolledFactors: factors.map((type) => ({ type, options: {} })),
  };
}

function isSocial(provider: string): boolean {
  return !['auth0', 'email', 'sms'].includes(provider);
}

function rolesOf({ appMetadata: { roles } }: User): string[] {
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
}

/** RFC 8176 to Auth0's words. */
function methodName(amr: string): string {
  return { fed: 'federated', pop: 'passkey' }[amr] ?? amr;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
