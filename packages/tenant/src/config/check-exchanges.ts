import { isLoopback, parseUrl } from '../http/loopback.ts';
import { managementApi } from '../my-account/management-api.ts';
import { myAccountApi } from '../my-account/my-account-api.ts';
import { idTokenType, isReservedTokenType } from '../token-exchange/token-types.ts';
import { allowed, checkUnique, type Report } from './report.ts';
import type { TenantConfig, VerificationConfig } from './schema.ts';

/** The tenant's own, whose whole address is not known before it listens. */
const ownApis = [myAccountApi('/'), managementApi('/')];

/** Multi-resource refresh tokens are for first-party clients and for APIs that ask nobody's consent. */
export function checkPolicies({ clients, apis }: TenantConfig, report: Report): void {
  for (const [index, client] of clients.entries()) {
    const path = `clients[${index}].refreshToken.policies`;
    if (client.refreshToken.policies.length > 0 && !client.skipConsent) {
      report(path, 'are for first-party clients; set skipConsent');
    }
    checkUnique(
      client.refreshToken.policies.map(({ audience }) => audience),
      path,
      'audience',
      report,
    );
    for (const [position, { audience, scope }] of client.refreshToken.policies.entries()) {
      const known = [...apis, ...ownApis];
      const api = known.find(({ identifier }) => identifier === audience);
      if (api === undefined) {
        report(
          `${path}[${position}].audience`,
          `there is no API "${audience}"; ${allowed(known.map((one) => one.identifier))}`,
        );
        continue;
      }
      if (!api.skipConsent) report(`${path}[${position}].audience`, `the API "${audience}" asks for consent`);
      for (const name of scope) {
        if (!api.scopes.includes(name)) {
          report(`${path}[${position}].scope`, `the API "${audience}" has no scope "${name}"; ${allowed(api.scopes)}`);
        }
      }
    }
  }
}

export function checkProfiles(config: TenantConfig, report: Report): void {
  const profiles = config.tokenExchangeProfiles;
  checkUnique(
    profiles.map(({ subjectTokenType }) => subjectTokenType),
    'tokenExchangeProfiles',
    'subjectTokenType',
    report,
  );
  const connections = config.connections.map(({ name }) => name);
  const organizations = config.organizations.map(({ id }) => id);
  for (const [index, { subjectTokenType, verification, mapping, organization, actor }] of profiles.entries()) {
    const path = `tokenExchangeProfiles[${index}]`;
    if (isReservedTokenType(subjectTokenType)) {
      report(`${path}.subjectTokenType`, `"${subjectTokenType}" is in a reserved namespace; use a URI of your own`);
    }
    checkVerification(verification, `${path}.verification`, report);
    if (mapping.connection !== undefined && !connections.includes(mapping.connection)) {
      report(`${path}.mapping.connection`, `there is no connection "${mapping.connection}"; ${allowed(connections)}`);
    }
    const strategy = config.connections.find(({ name }) => name === mapping.connection)?.strategy;
    if (mapping.create && (strategy === 'email' || strategy === 'sms')) {
      report(`${path}.mapping.create`, `users of the ${strategy} connection make themselves by a code`);
    }
    if (mapping.connection === undefined && (mapping.create || mapping.email !== undefined)) {
      report(`${path}.mapping`, 'create and email need a connection');
    }
    if (organization !== undefined && !organizations.includes(organization)) {
      report(`${path}.organization`, `there is no organization "${organization}"; ${allowed(organizations)}`);
    }
    if (actor === undefined) continue;
    if ((actor.tokenType === undefined) !== (actor.verification === undefined)) {
      report(`${path}.actor`, 'tokenType and verification go together');
    }
    if (actor.tokenType !== undefined && actor.tokenType !== idTokenType && isReservedTokenType(actor.tokenType)) {
      report(`${path}.actor.tokenType`, `"${actor.tokenType}" is in a reserved namespace; use a URI of your own`);
    }
    if (actor.verification !== undefined) checkVerification(actor.verification, `${path}.actor.verification`, report);
  }
}

function checkVerification({ jwks, jwksUrl, testKey }: VerificationConfig, path: string, report: Report): void {
  const named = [jwks !== undefined, jwksUrl !== undefined, testKey].filter(Boolean).length;
  if (named !== 1) report(path, 'needs exactly one of jwks, jwksUrl and testKey');
  const url = jwksUrl === undefined ? undefined : parseUrl(jwksUrl);
  if (url !== undefined && url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    report(`${path}.jwksUrl`, 'must be https, or http on localhost, 127.0.0.1 or [::1]');
  }
  for (const [index, key] of (jwks?.keys ?? []).entries()) {
    if (key.kty === 'oct' || 'd' in key || 'k' in key) {
      report(`${path}.jwks.keys[${index}]`, 'is not a public key; whoever reads the configuration could sign with it');
    }
  }
}
