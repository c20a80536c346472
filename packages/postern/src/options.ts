import { AuthError } from './errors/auth-error.ts';
import type { Auth0Options } from './types/options.ts';

/** Validated options: what the core works with. */
export interface Configuration {
  /** Origin of the tenant without a trailing slash. */
  readonly origin: string;
  /** Host, with the port where there is one: `domain` as platforms and names use it. */
  readonly domain: string;
  readonly clientId: string;
  readonly audience: string | undefined;
  readonly scope: string;
  readonly cacheLocation: 'memory' | 'localstorage' | 'indexeddb';
  readonly useRefreshTokens: boolean;
  readonly useRefreshTokensFallback: boolean;
  readonly useMrrt: boolean;
  readonly useDPoP: boolean;
  readonly allowBearerDowngrade: boolean;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly maxRetries: number;
  readonly leeway: number;
  /** Prefix of everything stored, locked or announced for this client. */
  readonly namespace: string;
  /** Plain http, to this machine or by explicit option. */
  readonly insecure: boolean;
  readonly loopback: boolean;
}

const defaultScope = 'openid profile email';

const loopbackHost = /^(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const hostName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;
const warned = new Set<string>();

/**
 * Checks the options.
 *
 * @throws AuthError `InitializationError` with code `missing_domain`, `invalid_domain`, `missing_client_id` or
 * `invalid_configuration`.
 */
export function configure(options: Auth0Options): Configuration {
  const { domain, clientId } = options;
  if (!domain) throw refuse('missing_domain', 'Auth0 domain is required.');
  if (!clientId) throw refuse('missing_client_id', 'Auth0 clientId is required.');
  // RFC 8252 section 8.5: a secret shipped in an app is none; accepting it would only suggest that it protects something.
  if ('clientSecret' in options || 'client_secret' in options)
    throw refuse('invalid_configuration', 'A client secret has no place in an app that runs on the user’s device.');

  const { origin, host, insecure, loopback } = readDomain(domain, options.dangerouslyAllowInsecureDomain === true);
  const storageKey = options.credentialsManagerStorageKey;
  return {
    origin,
    domain: host,
    clientId,
    audience: options.audience || undefined,
    scope: options.scope || defaultScope,
    cacheLocation: options.cacheLocation ?? 'memory',
    useRefreshTokens: options.useMrrt || (options.useRefreshTokens ?? true),
    useRefreshTokensFallback: options.useRefreshTokensFallback ?? true,
    useMrrt: options.useMrrt ?? false,
    useDPoP: options.useDPoP ?? true,
    allowBearerDowngrade: options.allowBearerDowngrade ?? false,
    timeoutMs: options.timeout ?? 10_000,
    headers: options.headers ?? {},
    maxRetries: options.maxRetries ?? 0,
    leeway: options.leeway || 60,
    namespace: ['postern', host, clientId, ...(storageKey ? [storageKey] : [])].map(encodeURIComponent).join('/'),
    insecure,
    loopback,
  };
}

function readDomain(domain: string, allowInsecure: boolean) {
  const invalid = (why: string) => refuse('invalid_domain', `"${domain}" is not a valid domain: ${why}`);
  if (hostName.test(domain)) {
    const url = new URL(`https://${domain}`);
    return { origin: url.origin, host: url.host, insecure: false, loopback: false };
  }
  const parts = /^(https?):\/\/([^/?#@]+)\/?$/i.exec(domain);
  if (!parts) throw invalid('give a host name, such as example.eu.auth0.com, without a scheme or path.');
  const url = new URL(domain);
  const insecure = url.protocol === 'http:';
  const loopback = loopbackHost.test(url.hostname);
  if (!loopback) {
    if (!insecure) throw invalid('leave out the scheme; https is meant.');
    if (!allowInsecure) throw invalid('plain http is for this machine only (see dangerouslyAllowInsecureDomain).');
    if (!warned.has(url.origin)) {
      warned.add(url.origin);
      console.warn(
        `POSTERN: ${url.origin} is reached WITHOUT ENCRYPTION (dangerouslyAllowInsecureDomain). Everyone on the network can read tokens and passwords. Never ship this.`,
      );
    }
  }
  return { origin: url.origin, host: url.host, insecure, loopback };
}

const refuse = (code: string, message: string) => new AuthError('InitializationError', message, { code });
