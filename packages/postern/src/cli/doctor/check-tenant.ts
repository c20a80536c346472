import type { Configuration } from '../../options.ts';
import { readMetadata } from '../../protocol/metadata.ts';
import { isAuth0, type Server } from '../../protocol/server.ts';
import type { Discovery, Failure, TenantFacts } from './ask-tenant.ts';
import type { TenantAddress } from './domain.ts';
import { doubtful, type Finding, fine, listOf, wrong } from './finding.ts';
import type { App } from './read-app.ts';
import { type JsonObject, textOf } from './read-json.ts';

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
/** Seconds that a login forgives. */
const leeway = 60;

export function checkTenant(address: TenantAddress, facts: TenantFacts, kind: App['kind'] | undefined): Finding[] {
  const { origin } = address;
  const { discovery, clockAhead = 0 } = facts;
  switch (discovery.kind) {
    case 'unreachable':
      return [explainFailure(address, discovery.failure)];
    case 'no-json':
      return [
        wrong(
          'discovery-broken',
          `${origin}/.well-known/openid-configuration answers, but not with JSON: that is no tenant, or something in between answers in its place.`,
          'Look at that address in a browser, and check the domain.',
        ),
      ];
    case 'refused':
      return [explainStatus(address, discovery)];
    default: {
      const findings = [
        ...checkIssuer(address, discovery.document),
        ...checkAnnounced(discovery.document, kind),
        ...checkKeys(facts),
        ...checkDPoP(discovery.document),
        ...checkClock(clockAhead),
      ];
      return findings.some(({ level }) => level === 'error')
        ? findings
        : [fine('tenant', `${origin} answers, and its metadata is as it should be.`), ...findings];
    }
  }
}

/** The endpoint that every login needs, and that is not there. */
const lackedBy = (server: Server) =>
  (['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const).find((name) => !server[name]);

/** The tenant's endpoints, as a client would take them; undefined where it would take none. */
export function serverOf(address: TenantAddress, { discovery }: TenantFacts): Server | undefined {
  if (discovery.kind !== 'read') return undefined;
  try {
    const server = readMetadata(discovery.document, configurationOf(address));
    return lackedBy(server) ? undefined : server;
  } catch {
    return undefined;
  }
}

const configurationOf = ({ origin, isInsecure }: TenantAddress): Pick<Configuration, 'origin' | 'insecure'> => ({
  origin,
  insecure: isInsecure,
});

function explainFailure({ origin, host, isLoopback, isInsecure }: TenantAddress, { code, message }: Failure): Finding {
  const cannot = `${origin} cannot be reached`;
  const unreachable = (why: string, remedy: string, ...copy: readonly string[]) =>
    wrong('tenant-unreachable', `${cannot}: ${why}`, remedy, ...copy);
  if (/SSL|EPROTO|WRONG_VERSION/.test(code) && isLoopback && !isInsecure)
    return unreachable(
      'what answers there does not speak https.',
      'For a tenant on this machine give the whole address:',
      `http://${host}`,
    );
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code))
    return unreachable(
      `its certificate is not trusted (${code}).`,
      'If it is of an authority of your own (browsers and phones have to trust it, too):',
      'NODE_EXTRA_CA_CERTS=ca.pem npx postern doctor',
    );
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(
        `there is no host of that name, or no network (${code}).`,
        'Check the spelling and the region: a tenant of Auth0 is called like tenant.eu.auth0.com or tenant.us.auth0.com.',
      );
    case 'ECONNREFUSED':
      return isLoopback
        ? unreachable('nothing listens there.', 'Start the tenant, in a terminal of its own:', 'npx postern-tenant')
        : unreachable('nothing listens there.', 'Check the port, and whether the server runs.');
    default:
      return unreachable(`${message} (${code}).`, 'Check the network, and whether a proxy or firewall is in between.');
  }
}

function explainStatus(
  { origin }: TenantAddress,
  { status, location }: Extract<Discovery, { kind: 'refused' }>,
): Finding {
  const target = URL.canParse(location) ? new URL(location) : undefined;
  if (status >= 300 && status < 400 && target && /^https?:$/.test(target.protocol) && target.origin !== origin)
    return wrong(
      'discovery-broken',
      `${origin} sends on to ${target.origin} (${status}): it does not answer itself, and what a login sends does not get there.`,
      `If that is the tenant, give it as the domain: ${domainOf(target)}.`,
    );
  if (status === 404)
    return wrong(
      'tenant-not-there',
      `${origin} answers, but there is no tenant: its metadata is not found (404).`,
      'Check the domain and the region. A custom domain has to be verified at the tenant before it answers.',
    );
  if (status === 429 || status >= 500)
    return wrong('tenant-trouble', `${origin} has trouble: it answers with ${status}.`, 'Try again in a minute.');
  return wrong(
    'discovery-broken',
    `${origin}/.well-known/openid-configuration answers with ${status}.`,
    'Look at that address in a browser, and check the domain.',
  );
}

/** As an app is told it. */
const domainOf = ({ protocol, origin, host }: URL): string => (protocol === 'http:' ? origin : host);

function checkIssuer(address: TenantAddress, document: JsonObject): Finding[] {
  const { origin, host } = address;
  const issuer = textOf(document.issuer);
  if (issuer?.replace(/\/$/, '') !== origin) {
    const named = issuer && URL.canParse(issuer) ? new URL(issuer) : undefined;
    const remedy = named
      ? `Give that as the domain: ${domainOf(named)}${isAuth0Host(named.host) && !isAuth0Host(host) ? `. Or, to use ${host}, make it a custom domain of the tenant` : ''}.`
      : 'That is no OpenID Connect server: check the domain.';
    return [
      wrong(
        'issuer-differs',
        `The tenant calls itself ${issuer ?? '(nothing)'}, not ${origin}/: every login is refused, since its tokens would name another issuer.`,
        remedy,
      ),
    ];
  }
  try {
    const server = readMetadata(document, configurationOf(address));
    const lack = lackedBy(server);
    if (lack)
      return [wrong('discovery-broken', `The metadata names no ${lack}: every login is refused.`, mendedByOthers)];
    if (isAuth0(server, address)) return [];
    return [
      doubtful(
        'layout-unlike-auth0',
        `${origin} is an OpenID Connect server, but not laid out like Auth0: logins work, what Auth0 has of its own (passwordless, MFA, My Account, /v2/logout) does not.`,
        'Nothing to do, if you do not need that.',
      ),
    ];
  } catch (error) {
    return [wrong('discovery-broken', (error as Error).message, mendedByOthers)];
  }
}

const mendedByOthers = 'That is for those to mend who run the server.';

const isAuth0Host = (host: string) => /\.auth0\.com$/.test(host);

/** A list that is not there says nothing (RFC 8414 section 2). */
function checkAnnounced(document: JsonObject, kind: App['kind'] | undefined): Finding[] {
  const wanted: readonly (readonly [list: string, value: string, lack: Lack])[] = [
    ['response_types_supported', 'code', lacks('every login is refused')],
    ['code_challenge_methods_supported', 'S256', lacks('logins are protected by PKCE, which it may refuse')],
    ['grant_types_supported', 'authorization_code', lacks('every login is refused')],
    ['grant_types_supported', 'refresh_token', shortSessions],
    ['scopes_supported', 'openid', lacks('every login is refused')],
    ['scopes_supported', 'offline_access', shortSessions],
    ...(kind === 'node' ? [['grant_types_supported', deviceGrant, noDevices] as const] : []),
  ];
  const absent = wanted.filter(([list, value]) => {
    const announced = document[list];
    return Array.isArray(announced) && !announced.includes(value);
  });
  const findings = absent.map(
    ([list, value, { level, so, remedy }]): Finding => ({
      code: 'not-announced',
      level,
      message: `The tenant does not announce ${value} in ${list}: ${so}.`,
      remedy,
    }),
  );
  return [...findings, ...checkSigning(document)];
}

interface Lack {
  readonly level: 'error' | 'warning';
  readonly so: string;
  readonly remedy: string;
}
const lacks = (so: string): Lack => ({ level: 'error', so, remedy: 'Turn it on at the tenant.' });
const shortSessions: Lack = {
  level: 'warning',
  so: 'sessions end with their first access token',
  remedy: 'Turn it on at the tenant, or set useRefreshTokens to false.',
};
const noDevices: Lack = {
  level: 'warning',
  so: '"postern login --device" does not work',
  remedy: 'Nothing to do, if there is a browser wherever the program runs.',
};

/** A key that the tenant shares with its clients (HS256) signs nothing that an app without secrets could check. */
function checkSigning(document: JsonObject): Finding[] {
  const algorithms = document.id_token_signing_alg_values_supported;
  if (!Array.isArray(algorithms) || algorithms.some((one) => typeof one === 'string' && /^(RS|PS|ES|Ed)/.test(one)))
    return [];
  return [
    wrong(
      'not-announced',
      `The tenant signs ID tokens with ${listOf(algorithms.map(String))} only, which an app without a secret cannot check.`,
      'Set the signing algorithm of the application to RS256.',
    ),
  ];
}

const checkKeys = ({ keys }: TenantFacts): Finding[] =>
  keys === 0
    ? [
        wrong(
          'keys-missing',
          'The tenant’s signing keys (jwks_uri) cannot be read: no ID token can be checked.',
          'Look at that address in a browser.',
        ),
      ]
    : [];

function checkDPoP(document: JsonObject): Finding[] {
  const algorithms = document.dpop_signing_alg_values_supported;
  if (Array.isArray(algorithms) && algorithms.includes('ES256'))
    return [fine('tenant', 'Tokens are bound to a key of the app (DPoP with ES256).')];
  const so = 'tokens are plain Bearer ones, which work for whoever gets hold of them.';
  return [
    doubtful(
      'dpop-not-announced',
      Array.isArray(algorithms)
        ? `The tenant takes DPoP proofs by ${listOf(algorithms.map(String))} only, and the SDK makes them by ES256: ${so}`
        : `The tenant does not announce DPoP: ${so}`,
      'Nothing breaks. Where the tenant can bind tokens (at Auth0: Sender Constraining), turn it on.',
    ),
  ];
}

function checkClock(ahead: number): Finding[] {
  const apart = Math.abs(ahead);
  if (apart <= leeway) return [];
  const unit =
    apart < 120
      ? `${apart} seconds`
      : apart < 7200
        ? `${Math.round(apart / 60)} minutes`
        : `${Math.round(apart / 3600)} hours`;
  return [
    doubtful(
      'clock-differs',
      `The clock of this machine is ${unit} ${ahead > 0 ? 'ahead of' : 'behind'} the tenant's: tokens look expired, or not valid yet.`,
      'Have the system set its clock by the network.',
    ),
  ];
}
