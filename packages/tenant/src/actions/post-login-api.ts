import type { Actions } from './actions.ts';
import { refuseUnknown, UnsupportedActionError } from './unsupported.ts';

export interface CacheRecord {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expires_at: number;
}

export interface ActionCache {
  get(key: string): CacheRecord | undefined;
  /** `ttl` in milliseconds; the default is 15 minutes, the most 24 hours. */
  set(
    key: string,
    value: string,
    options?: { ttl?: number; expires_at?: number },
  ): { type: 'success'; record: CacheRecord } | { type: 'error'; code: 'InvalidEntry' };
  delete(key: string): { type: 'success' };
}

/** What an `onExecutePostLogin` Action may do. Anything else throws and says what there is. */
export interface PostLoginApi {
  readonly accessToken: {
    /** Claims of the protocol are left as they are, as on Auth0. A namespaced name avoids clashes: `https://my-app.test/roles`. */
    setCustomClaim(name: string, value: unknown): PostLoginApi;
    addScope(scope: string): PostLoginApi;
    removeScope(scope: string): PostLoginApi;
  };
  readonly idToken: { setCustomClaim(name: string, value: unknown): PostLoginApi };
  readonly access: {
    /** Ends the login: the app gets `access_denied` with this reason. */
    deny(reason: string): PostLoginApi;
  };
  readonly multifactor: {
    /**
     * A second factor is asked for unless the login had one.
     * @param options.allowRememberBrowser whether a remembered browser is spared; default false
     */
    enable(provider: 'any', options?: { allowRememberBrowser?: boolean }): PostLoginApi;
  };
  readonly user: {
    /** Stored when all Actions have run, also when the login is denied. `null` and `undefined` remove. */
    setUserMetadata(name: string, value: unknown): PostLoginApi;
    setAppMetadata(name: string, value: unknown): PostLoginApi;
  };
  readonly cache: ActionCache;
  readonly rules: { wasExecuted(ruleId: string): boolean };
}

/** What Actions asked for so far. */
export interface PostLoginChanges {
  readonly accessTokenClaims: Record<string, unknown>;
  readonly idTokenClaims: Record<string, unknown>;
  readonly addedScope: Set<string>;
  readonly removedScope: Set<string>;
  readonly userMetadata: Record<string, unknown>;
  readonly appMetadata: Record<string, unknown>;
  denied?: string;
  multifactor?: { readonly allowRememberBrowser: boolean };
  /** Claims that were not set, as only the tenant may say them. */
  readonly ignoredClaims: Set<string>;
}

export function createChanges(): PostLoginChanges {
  return {
    accessTokenClaims: {},
    idTokenClaims: {},
    addedScope: new Set(),
    removedScope: new Set(),
    userMetadata: {},
    appMetadata: {},
    ignoredClaims: new Set(),
  };
}

/** Auth0's list of names that custom claims cannot have. Setting one does nothing and fails nothing. */
const restrictedClaims: ReadonlySet<string> = new Set(
  `acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest entitlements
   events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act mky nbf nonce object_id org_id
   org_name orig origid permissions roles rph s_hash scope session_expiry sid sip_callid sip_cseq_num sip_date sip_from_tag
   sip_via_branch sub sub_jwk toe txn typ uuid vot vtm x5t#S256`.split(/\s+/),
);

/** Namespaces of Auth0's own. */
const foreignNamespace = /^https?:\/\/([^/]+\.)?(auth0\.com|webtask\.io|webtask\.run)(\/|$)/i;

/** All custom claims of a token together, in bytes of JSON. */
const mostClaims = 100 * 1024;

/** Scopes that decide which tokens there are: a login asks for them, an Action does not. */
const fixedScopes: ReadonlySet<string> = new Set(['openid', 'offline_access']);

const cacheDefault = 900_000;
const cacheMost = 86_400_000;

export function createPostLoginApi(
  changes: PostLoginChanges,
  cache: Actions['cache'],
  now: () => number,
): PostLoginApi {
  const claimSetter = (path: string, claims: Record<string, unknown>) => (name: string, value: unknown) => {
    if (typeof name !== 'string' || name === '') throw new TypeError(`${path}: the name of a claim is a text`);
    if (restrictedClaims.has(name) || foreignNamespace.test(name)) {
      changes.ignoredClaims.add(name);
      return api;
    }
    const copy = copyJson(path, name, value);
    if (copy === undefined) delete claims[name];
    else claims[name] = copy;
    if (JSON.stringify(claims).length > mostClaims) throw new RangeError(`${path}: the custom claims exceed 100 kB`);
    return api;
  };
  const metadataSetter = (path: string, metadata: Record<string, unknown>) => (name: string, value: unknown) => {
    if (typeof name !== 'string' || name === '') throw new TypeError(`${path}: the name of a property is a text`);
    metadata[name] = copyJson(path, name, value) ?? null;
    return api;
  };
  const scopeChanger = (path: string, to: Set<string>, from: Set<string>) => (scope: string) => {
    if (typeof scope !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) {
      throw new TypeError(`${path}: "${scope}" is no scope (RFC 6749 section 3.3)`);
    }
    if (fixedScopes.has(scope)) {
      throw new UnsupportedActionError(`${path} cannot change "${scope}"; the app asks for it, or does not`);
    }
    to.add(scope);
    from.delete(scope);
    return api;
  };

  const api: PostLoginApi = refuseUnknown('api', {
    accessToken: refuseUnknown('api.accessToken', {
      setCustomClaim: claimSetter('api.accessToken.setCustomClaim', changes.accessTokenClaims),
      addScope: scopeChanger('api.accessToken.addScope', changes.addedScope, changes.removedScope),
      removeScope: scopeChanger('api.accessToken.removeScope', changes.removedScope, changes.addedScope),
    }),
    idToken: refuseUnknown('api.idToken', {
      setCustomClaim: claimSetter('api.idToken.setCustomClaim', changes.idTokenClaims),
    }),
    access: refuseUnknown('api.access', {
      deny(reason: string) {
        changes.denied = typeof reason === 'string' && reason !== '' ? reason : 'Access denied.';
        return api;
      },
    }),
    multifactor: refuseUnknown('api.multifactor', {
      enable(provider: 'any', options: { allowRememberBrowser?: boolean } = {}) {
        if (provider !== 'any') {
          throw new UnsupportedActionError(
            `api.multifactor.enable("${provider}") is not supported by this local tenant; supported: "any"`,
          );
        }
        changes.multifactor = { allowRememberBrowser: options.allowRememberBrowser === true };
        return api;
      },
    }),
    user: refuseUnknown('api.user', {
      setUserMetadata: metadataSetter('api.user.setUserMetadata', changes.userMetadata),
      setAppMetadata: metadataSetter('api.user.setAppMetadata', changes.appMetadata),
    }),
    cache: createCache(cache, now),
    rules: refuseUnknown('api.rules', { wasExecuted: () => false }),
  });
  return api;
}

function createCache(entries: Actions['cache'], now: () => number): ActionCache {
  return refuseUnknown('api.cache', {
    get(key: string) {
      const found = entries.get(key);
      return found === undefined || found.expiresAt <= now()
        ? undefined
        : { value: found.value, expires_at: found.expiresAt };
    },
    set(key: string, value: string, { ttl, expires_at }: { ttl?: number; expires_at?: number } = {}) {
      if (typeof key !== 'string' || typeof value !== 'string') return { type: 'error', code: 'InvalidEntry' } as const;
      const lifetime = Math.min(expires_at === undefined ? (ttl ?? cacheDefault) : expires_at - now(), cacheMost);
      const expiresAt = now() + lifetime;
      entries.set(key, { value, expiresAt });
      return { type: 'success', record: { value, expires_at: expiresAt } } as const;
    },
    delete(key: string) {
      entries.delete(key);
      return { type: 'success' } as const;
    },
  });
}

/** As JSON has it: what a token or the database would make of it anyway. */
function copyJson(path: string, name: string, value: unknown): unknown {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`${path}: the value of "${name}" cannot be written as JSON`, { cause });
  }
}
