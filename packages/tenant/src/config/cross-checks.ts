import { isLoopback, parseUrl } from '../http/loopback.ts';
import { checkPolicies, checkProfiles } from './check-exchanges.ts';
import { checkOrganizations, checkPermissions } from './check-organizations.ts';
import type { ConfigIssue } from './config-error.ts';
import { allowed, checkUnique, type Report } from './report.ts';
import type { ClientConfig, TenantConfig } from './schema.ts';

/** What no single field shows: names that must be unique, names that must exist, and combinations that are never safe. */
export function crossCheck(config: TenantConfig): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const report: Report = (path, message) => issues.push({ path, message });

  checkUnique(
    config.clients.map((client) => client.clientId),
    'clients',
    'clientId',
    report,
  );
  checkUnique(
    config.apis.map((api) => api.identifier),
    'apis',
    'identifier',
    report,
  );
  checkUnique(
    config.connections.map((connection) => connection.name),
    'connections',
    'name',
    report,
  );
  checkUnique(
    config.users.map((user) => user.id),
    'users',
    'id',
    report,
  );
  checkUnique(
    config.users.map((user) => user.email && `${user.email.toLowerCase()} in ${user.connection}`),
    'users',
    'email',
    report,
  );

  checkDatabases(config, report);
  for (const [index, client] of config.clients.entries()) checkClient(client, `clients[${index}]`, config, report);
  checkUsers(config, report);
  checkPermissions(config, report);
  checkOrganizations(config, report);
  checkPolicies(config, report);
  checkProfiles(config, report);

  const audiences = config.apis.map((api) => api.identifier);
  if (config.defaultAudience !== undefined && !audiences.includes(config.defaultAudience)) {
    report('defaultAudience', `"${config.defaultAudience}" is not the identifier of an API; ${allowed(audiences)}`);
  }
  for (const [index, key] of (config.signingKeys ?? []).entries()) {
    const complete =
      key.kty === 'RSA' && ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'].every((name) => typeof key[name] === 'string');
    if (!complete)
      report(`signingKeys[${index}]`, 'is not a private RSA key as JWK (kty "RSA" with n, e, d, p, q, dp, dq, qi)');
  }
  return issues;
}

function checkClient(client: ClientConfig, path: string, config: TenantConfig, report: Report): void {
  const isPublic = client.type === 'spa' || client.type === 'native';
  if (isPublic && client.clientSecret !== undefined) {
    report(
      `${path}.clientSecret`,
      `a ${client.type} client cannot keep a secret; remove it, or use type regular or machine`,
    );
  }
  if (!isPublic && client.clientSecret === undefined) {
    report(
      `${path}.clientSecret`,
      `is missing; a ${client.type} client authenticates with a secret of 16 characters or more`,
    );
  }
  if (isPublic && client.grantTypes.includes('client_credentials')) {
    report(
      `${path}.grantTypes`,
      `client_credentials is not allowed for a ${client.type} client; it has no secret to prove itself with`,
    );
  }
  for (const [index, callback] of client.callbacks.entries())
    checkRedirect(callback, `${path}.callbacks[${index}]`, report);
  for (const [index, logoutUrl] of client.logoutUrls.entries())
    checkRedirect(logoutUrl, `${path}.logoutUrls[${index}]`, report);
  for (const [index, origin] of client.webOrigins.entries()) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      report(
        `${path}.webOrigins[${index}]`,
        `"${origin}" is not an origin; write scheme://host[:port] without a path or trailing slash`,
      );
    }
  }
  const names = config.connections.map((connection) => connection.name);
  for (const [index, name] of (client.connections ?? []).entries()) {
    if (!names.includes(name))
      report(`${path}.connections[${index}]`, `there is no connection "${name}"; ${allowed(names)}`);
  }
}

function checkRedirect(value: string, path: string, report: Report): void {
  const problem = findRedirectProblem(value);
  if (problem) report(path, problem);
}

/** RFC 9700 section 2.6: http only where it cannot leave the machine; RFC 6749 section 3.1.2: absolute, no fragment. */
function findRedirectProblem(value: string): string | undefined {
  const url = parseUrl(value);
  if (!url) return `"${value}" is not an absolute URL`;
  if (value.includes('*')) {
    return `"${value}" holds a wildcard; list each URL exactly, or set allowLoopbackCallbacks for development`;
  }
  if (value.includes('#')) return `"${value}" has a fragment; a redirect URI must not have one`;
  if (unsafeSchemes.includes(url.protocol)) return `the scheme ${url.protocol} is not allowed`;
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return `"${value}" uses http on a host that is not loopback; allowed: https, a custom scheme, or http on localhost, 127.0.0.1 or [::1]`;
  }
  return undefined;
}

/** Schemes a browser would run or open itself instead of handing them to an application. */
const unsafeSchemes = ['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:'];

/** Ways in that belong to databases, and where their passkeys may be used. */
function checkDatabases({ connections, passkeys }: TenantConfig, report: Report): void {
  for (const [index, connection] of connections.entries()) {
    for (const name of ['emailOtp', 'phoneOtp', 'passkeys'] as const) {
      if (connection[name] && connection.strategy !== 'auth0') {
        report(`connections[${index}].${name}`, `is for databases (strategy auth0), not for ${connection.strategy}`);
      }
    }
  }
  for (const [index, origin] of passkeys.origins.entries()) {
    const isApp = /^(android:apk-key-hash:|ios:bundle-id:)\S+$/.test(origin);
    if (isApp || parseUrl(origin)?.origin === origin) continue;
    report(
      `passkeys.origins[${index}]`,
      `"${origin}" is not an origin; write scheme://host[:port] without a path, or android:apk-key-hash:…`,
    );
  }
}

function checkUsers(config: TenantConfig, report: Report): void {
  const strategies = new Map(config.connections.map((connection) => [connection.name, connection.strategy]));
  for (const [index, user] of config.users.entries()) {
    const path = `users[${index}]`;
    const strategy = strategies.get(user.connection);
    if (strategy === undefined) {
      report(`${path}.connection`, `there is no connection "${user.connection}"; ${allowed([...strategies.keys()])}`);
    }
    if (user.password !== undefined && strategy !== undefined && strategy !== 'auth0') {
      report(`${path}.password`, `users of the ${strategy} connection "${user.connection}" have no password`);
    }
    if (user.email === undefined && user.username === undefined && user.phoneNumber === undefined) {
      report(path, 'needs an email, username or phoneNumber to sign in with');
    }
  }
}
