import { Hono } from 'hono';
import { limitRate } from '../attack-protection/rate-limits.ts';
import type { ClientConfig, ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { listOf, noStore, OAuthError, recordRefusal, refuse, respondWithError } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { authenticateJsonClient } from '../http/client-authentication.ts';
import { cors } from '../http/cors.ts';
import type { ProtocolContext, ProtocolEnv } from '../http/protocol-context.ts';
import { requestFacts } from '../http/request-facts.ts';
import { admitNewcomer } from '../organizations/admit-newcomer.ts';
import { readOrganization } from '../organizations/membership.ts';
import { challengeToSignIn, type PasskeyChallenge } from '../passkeys/challenge.ts';
import { readNewcomer } from '../passkeys/read-newcomer.ts';
import { challengeNewcomer, checkIdentifiers } from '../passkeys/sign-up.ts';

const passkeyGrant = 'urn:okta:params:oauth:grant-type:webauthn';

type Body = Readonly<Record<string, unknown>>;

/** What a challenge is for, after client and database were found fit. */
interface Wanted {
  readonly clientId: string;
  readonly connection: ConnectionConfig;
  readonly organization?: string;
}

type Make = (wanted: Wanted, body: Body, address: string) => Promise<PasskeyChallenge<object>>;

/** `/passkey/*`: challenges for signing up and in with a passkey. The passkey itself comes with the grant. */
export function passkeyRoutes(tenant: TenantContext): Hono<ProtocolEnv> {
  const routes = new Hono<ProtocolEnv>();
  routes.use('/passkey/*', cors(tenant));
  const answer = (make: Make) => (c: ProtocolContext) => handle(tenant, c, make);

  routes.post(
    '/passkey/register',
    answer(async (wanted, body, address) => {
      const { connection, clientId } = wanted;
      if (!connection.signup) throw invalid('Public signup is disabled');
      const newcomer = readNewcomer(connection, body);
      const { organization } = wanted;
      const admission = await admitNewcomer(
        tenant,
        { organization: tenant.registry.organization(organization) },
        { ...newcomer, connection },
      );
      // Before a device keeps a passkey of nobody.
      if (admission.kind === 'not_admitted') {
        throw invalid(`Nobody can sign up to the organization ${organization} here.`, admission.refusal.explanation);
      }
      const found = await checkIdentifiers(tenant, connection, newcomer, { clientId, address });
      if (found === 'suspicious_address') throw refuse.tooManyRequests(`The address ${address} is slowed down.`);
      if (found === 'taken') throw invalid('The user already exists.');
      return challengeNewcomer(tenant, wanted, newcomer);
    }),
  );
  routes.post(
    '/passkey/challenge',
    answer(({ connection, ...wanted }) =>
      challengeToSignIn(tenant, { ...wanted, connection: connection.name, purpose: 'login' }),
    ),
  );
  return routes;
}

async function handle(tenant: TenantContext, c: ProtocolContext, make: Make): Promise<Response> {
  try {
    if (!tenant.registry.config.connections.some(({ passkeys }) => passkeys)) {
      throw new OAuthError('endpoint_disabled', 'Passkeys are not enabled.', {
        status: 404,
        explanation: 'No connection of this tenant has passkeys; set passkeys: true on a database.',
      });
    }
    const body = await readJson(c);
    const client = await authenticateJsonClient(tenant, c, body);
    const address = requestFacts(c, client).ip;
    await limitRate(tenant, c, 'token', address);
    checkClient(client);
    const organization = readOrganization(tenant, client.clientId, textOf(body, 'organization'))?.id;
    const { authSession, options } = await make(
      {
        clientId: client.clientId,
        connection: findDatabase(tenant, client, textOf(body, 'realm')),
        ...(organization === undefined ? {} : { organization }),
      },
      body,
      address,
    );
    return c.json({ auth_session: authSession, authn_params_public_key: options }, 200, noStore);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'passkey.rejected', error, { clientId: c.get('client')?.clientId });
    return respondWithError(c, error);
  }
}

function checkClient({ clientId, grantTypes, skipConsent }: ClientConfig): void {
  if (!grantTypes.includes(passkeyGrant)) {
    throw invalid(
      `Grant type '${passkeyGrant}' not allowed for the client.`,
      `Client ${clientId} asked for a passkey, which needs the grant ${passkeyGrant}; enabled: ${listOf(grantTypes)}.`,
    );
  }
  if (skipConsent) return;
  throw invalid(
    'Passkeys are for first-party clients.',
    `Client ${clientId} has skipConsent off, so it is a third party's.`,
  );
}

function findDatabase(tenant: TenantContext, client: ClientConfig, realm: string | undefined): ConnectionConfig {
  const usable = tenant.registry.connectionsOf(client).filter(({ passkeys }) => passkeys);
  const connection = realm === undefined ? usable[0] : usable.find(({ name }) => name === realm);
  if (connection !== undefined) return connection;
  throw invalid(
    realm === undefined
      ? 'No connection with passkeys is enabled for the client.'
      : `unknown or invalid realm: ${realm}`,
    `Databases with passkeys that client ${client.clientId} can use: ${listOf(usable.map(({ name }) => name))}.`,
  );
}

function textOf(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw invalid(`${name} must be a string`);
}

function invalid(description: string, explanation?: string): OAuthError {
  return new OAuthError('invalid_request', description, explanation === undefined ? {} : { explanation });
}
