import { createHash } from 'node:crypto';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';

export type ProviderName = Extract<ConnectionConfig['strategy'], 'google-oauth2' | 'apple' | 'github' | 'facebook'>;

/** Somebody who has an account at a simulated provider. */
export interface ProviderAccount {
  readonly sub: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
}

interface Provider {
  readonly displayName: string;
  /** An account number in the form the real one uses. */
  readonly makeSubject: (digest: string) => string;
}

const decimal = (digest: string, length: number) =>
  `1${BigInt(`0x${digest.slice(0, 24)}`)
    .toString()
    .padStart(length, '0')
    .slice(-(length - 1))}`;

const providers: Readonly<Record<ProviderName, Provider>> = {
  'google-oauth2': { displayName: 'Google', makeSubject: (digest) => decimal(digest, 21) },
  apple: {
    displayName: 'Apple',
    makeSubject: (digest) => `00${decimal(digest, 4)}.${digest.slice(0, 32)}.${decimal(digest.slice(24), 4)}`,
  },
  github: { displayName: 'GitHub', makeSubject: (digest) => decimal(digest, 8) },
  facebook: { displayName: 'Facebook', makeSubject: (digest) => decimal(digest, 17) },
};

export function isSocialProvider(strategy: string): strategy is ProviderName {
  return strategy in providers;
}

export type SocialConnection = ConnectionConfig & { readonly strategy: ProviderName };

export function isSocial(connection: ConnectionConfig): connection is SocialConnection {
  return isSocialProvider(connection.strategy);
}

export function providerDisplayName(strategy: ProviderName): string {
  return providers[strategy].displayName;
}

/** The social connection of that name, if there is one. */
export function findSocialConnection(tenant: TenantContext, name: string | undefined) {
  const connection = name === undefined ? undefined : tenant.registry.connection(name);
  return connection !== undefined && isSocial(connection) ? connection : undefined;
}

/**
 * Whom the provider's page offers: the users configured for the connection, then two people every provider knows, one
 * with a verified address (that of the sample user) and one without.
 */
export function accountsOf(tenant: TenantContext, connection: ConnectionConfig): ProviderAccount[] {
  const configured = tenant.registry.config.users
    .filter((user) => user.connection === connection.name && user.email !== undefined)
    .map(({ id, email = '', emailVerified, profile }) => ({
      email,
      emailVerified,
      name: profile.name ?? email,
      sub: id?.startsWith(`${connection.strategy}|`)
        ? id.slice(connection.strategy.length + 1)
        : makeSubject(connection, email),
    }));
  const known = [
    { email: 'user@example.com', name: 'Robin Sample', emailVerified: true },
    { email: 'kim@example.com', name: 'Kim Unverified', emailVerified: false },
  ].filter(({ email }) => !configured.some((one) => one.email.toLowerCase() === email));
  return [...configured, ...known.map((account) => ({ ...account, sub: makeSubject(connection, account.email) }))];
}

/** The account for an address that was typed in: always the same one. */
export function accountFor(
  tenant: TenantContext,
  connection: ConnectionConfig,
  { email, name, emailVerified }: Omit<ProviderAccount, 'sub'>,
): ProviderAccount {
  const known = accountsOf(tenant, connection).find((one) => one.email.toLowerCase() === email.toLowerCase());
  return { email, name, emailVerified, sub: known?.sub ?? makeSubject(connection, email) };
}

function makeSubject({ strategy, name }: ConnectionConfig, email: string): string {
  const digest = createHash('sha256').update(`${name}\n${email.toLowerCase()}`).digest('hex');
  return isSocialProvider(strategy) ? providers[strategy].makeSubject(digest) : digest;
}
