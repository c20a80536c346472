import { includesScopes, joinScopes } from '../protocol/scope.ts';
import type { ApiCredentials, Credentials } from '../types/index.ts';
import type { StoredSession } from './credential-store.ts';

/** What an app wants of the session, and whether what is held will do. */
export interface Wanted {
  /** An API other than the login's. */
  readonly audience?: string | undefined;
  readonly scope?: string | undefined;
  /** Seconds. */
  readonly minTtl: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly force: boolean;
}

/** Whether what is held will do: compared with the clock on every call, never by a timer. */
export function satisfies(held: StoredSession, wanted: Omit<Wanted, 'parameters'>, nowMs: number): boolean {
  const token = tokenFor(held, wanted.audience);
  const lifetime = token ? token.expiresAt - nowMs / 1000 : 0;
  if (!token || wanted.force || lifetime <= 0 || lifetime < wanted.minTtl) return false;
  const asked = entryFor(held, wanted.audience)?.asked;
  return includesScopes(
    asked === undefined ? grantedScope(held.credentials) : joinScopes(asked, token.scope),
    wanted.scope,
  );
}

/** The access token held for an API; without one named, that of the login. */
export function tokenFor(held: StoredSession, audience: string | undefined): ApiCredentials | undefined {
  if (audience === undefined || audience === held.audience) return held.credentials;
  return entryFor(held, audience)?.credentials;
}

/** Whether an API is another one than the login's. */
export const isFurther = (held: StoredSession, audience: string | undefined): audience is string =>
  audience !== undefined && audience !== held.audience;

/** What was ever asked for an API, and now; empty where nobody named a scope. */
export const askedFor = (held: StoredSession, audience: string, scope: string | undefined) =>
  joinScopes(entryFor(held, audience)?.asked, scope);

const entryFor = ({ apis, audience: own }: StoredSession, audience: string | undefined) =>
  audience === own ? undefined : apis?.find((entry) => entry.audience === audience);

/** What is held stands for its scopes too: servers often leave `openid` and `offline_access` out of their answer. */
export const grantedScope = ({ scope, idToken, refreshToken }: Credentials) =>
  joinScopes(scope, idToken && 'openid', refreshToken && 'offline_access');
