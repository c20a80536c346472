import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { RequestFacts } from '../login/gate.ts';
import {
  type ActionClient,
  type ActionConnection,
  type ActionRequest,
  type ActionTenant,
  describeClient,
  describeConnection,
  describeRequest,
} from './post-login-event.ts';
import { ActionError, explainToClient, runFlow } from './run-flow.ts';
import { defineUnsupported, freezeDeep, refuseUnknown } from './unsupported.ts';

/** Who is about to become a user, as an `onExecutePreUserRegistration` Action is told. */
export interface PreUserRegistrationEvent {
  readonly client?: ActionClient;
  readonly connection: ActionConnection;
  readonly request: ActionRequest;
  readonly tenant: ActionTenant;
  readonly secrets: Readonly<Record<string, string>>;
  readonly configuration: Readonly<Record<string, string>>;
  readonly user: {
    readonly email?: string;
    readonly email_verified?: boolean;
    readonly username?: string;
    readonly phone_number?: string;
    readonly name?: string;
    readonly given_name?: string;
    readonly family_name?: string;
    readonly nickname?: string;
    readonly picture?: string;
    readonly user_metadata: Readonly<Record<string, unknown>>;
    readonly app_metadata: Readonly<Record<string, unknown>>;
  };
}

export interface PreUserRegistrationApi {
  readonly access: {
    /**
     * Nobody is created.
     * @param reason for the event log
     * @param userMessage what the person reads; default: that the sign-up is not allowed
     */
    deny(reason: string, userMessage?: string): void;
  };
  readonly user: {
    setUserMetadata(name: string, value: unknown): void;
    setAppMetadata(name: string, value: unknown): void;
  };
}

/** What is known of a person before there is a user. */
export interface Newcomer {
  readonly connection: ConnectionConfig;
  readonly clientId?: string | undefined;
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly profile: Readonly<Record<string, string>>;
  readonly userMetadata: Readonly<Record<string, unknown>>;
  readonly request?: RequestFacts | undefined;
}

export type Registration =
  | {
      readonly kind: 'pass';
      readonly userMetadata: Readonly<Record<string, unknown>>;
      readonly appMetadata: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'denied'; readonly message: string };

const defaultMessage = 'You are not allowed to sign up.';

/** Runs the tenant's pre-user-registration Actions on somebody who signs up. */
export async function runPreUserRegistration(tenant: TenantContext, newcomer: Newcomer): Promise<Registration> {
  const { preUserRegistration } = tenant.actions;
  const userMetadata: Record<string, unknown> = { ...newcomer.userMetadata };
  const appMetadata: Record<string, unknown> = {};
  if (preUserRegistration.length === 0) return { kind: 'pass', userMetadata, appMetadata };
  let denied: { reason: string; message: string } | undefined;
  const set = (metadata: Record<string, unknown>) => (name: string, value: unknown) => {
    if (value === undefined || value === null) delete metadata[name];
    else metadata[name] = JSON.parse(JSON.stringify(value));
  };
  const api: PreUserRegistrationApi = refuseUnknown('api', {
    access: refuseUnknown('api.access', {
      deny(reason: string, userMessage?: string) {
        denied = { reason: String(reason), message: userMessage ?? defaultMessage };
      },
    }),
    user: refuseUnknown('api.user', { setUserMetadata: set(userMetadata), setAppMetadata: set(appMetadata) }),
  });
  try {
    await runFlow(
      tenant,
      preUserRegistration,
      (run) => run(describeNewcomer(tenant, newcomer, userMetadata, appMetadata), api),
      () => denied !== undefined,
    );
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    recordRefusal(tenant, newcomer, `the Action ${error.action} ${error.message}`, error.action);
    return { kind: 'denied', message: explainToClient(error) };
  }
  if (denied === undefined) return { kind: 'pass', userMetadata, appMetadata };
  recordRefusal(tenant, newcomer, `an Action denied it: ${denied.reason}`);
  return { kind: 'denied', message: denied.message };
}

function describeNewcomer(
  tenant: TenantContext,
  { connection, clientId, email, username, phoneNumber, profile, request = { ip: 'local' } }: Newcomer,
  userMetadata: Readonly<Record<string, unknown>>,
  appMetadata: Readonly<Record<string, unknown>>,
): PreUserRegistrationEvent {
  const client = clientId === undefined ? undefined : tenant.registry.client(clientId);
  const { config } = tenant.registry;
  const event: PreUserRegistrationEvent = {
    ...(client === undefined ? {} : { client: describeClient(client) }),
    connection: describeConnection(connection.name, connection.strategy),
    request: describeRequest(tenant, request),
    tenant: { id: config.name },
    secrets: { ...config.actions.secrets },
    configuration: {},
    user: {
      ...profile,
      ...(email === undefined ? {} : { email }),
      ...(username === undefined ? {} : { username }),
      ...(phoneNumber === undefined ? {} : { phone_number: phoneNumber }),
      user_metadata: structuredClone(userMetadata),
      app_metadata: structuredClone(appMetadata),
    },
  };
  defineUnsupported('event', event, ['transaction', 'security_context', 'authentication']);
  return freezeDeep(event);
}

function recordRefusal(tenant: TenantContext, { connection, clientId }: Newcomer, why: string, action?: string): void {
  tenant.events.record({
    type: action === undefined ? 'signup.failure' : 'action.failed',
    outcome: 'failure',
    sentence: `Nobody was signed up in connection ${connection.name}: ${why.replace(/\.?$/, '.')}`,
    clientId,
    details: { connection: connection.name, error: 'extensibility_error', ...(action === undefined ? {} : { action }) },
  });
}
