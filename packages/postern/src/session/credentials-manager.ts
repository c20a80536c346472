import { AuthError } from '../errors/auth-error.ts';
import { CredentialsManagerError } from '../errors/credentials-manager-error.ts';
import type { Clock } from '../platform/platform.ts';
import { decodeClaims } from '../protocol/id-token.ts';
import { merge } from '../protocol/merge-credentials.ts';
import { includesScopes, joinScopes } from '../protocol/scope.ts';
import type { Credentials } from '../types/index.ts';
import type { ApiEntry, CredentialStore, HeldSession } from './credential-store.ts';
import { type Renewal, satisfies, tokenFor, type Wanted } from './renewal.ts';

/** The rules of wire reference section 34 over the store and its renewals. Knows no state of the app. */
export class StoredCredentials {
  readonly #store: CredentialStore;
  readonly #renewal: Renewal;
  readonly #clock: Clock;

  constructor(store: CredentialStore, renewal: Renewal, clock: Clock) {
    this.#store = store;
    this.#renewal = renewal;
    this.#clock = clock;
  }

  /** The session with an access token that will do, renewed where due. A hit asks neither lock nor storage. */
  async get(wanted: Wanted): Promise<HeldSession> {
    const held = await this.require();
    if (satisfies(held, wanted, this.#clock.now())) {
      if (tokenFor(held, wanted.audience)?.tokenType === 'DPoP') await this.#store.trustKey(held);
      return held;
    }
    const renewed = await this.#renewal.renew(held, wanted);
    // The renewed token is kept in any case: with rotation the old refresh token is already spent.
    const lifetime = (tokenFor(renewed, wanted.audience)?.expiresAt ?? 0) - this.#now();
    if (lifetime <= 0 || lifetime < wanted.minTtl)
      throw fault('LARGE_MIN_TTL', `The access token lives ${lifetime} s, less than the ${wanted.minTtl} s asked for.`);
    return renewed;
  }

  /** The session, whatever its access token is worth. */
  async require(): Promise<HeldSession> {
    const held = await this.#store.get();
    if (!held) throw fault('NO_CREDENTIALS', 'Nobody is signed in.');
    if (!this.#hasEnded(held)) return held;
    await this.#store.end(held.id);
    throw fault('SESSION_EXPIRED', 'The session has ended; sign in again.');
  }

  /** Whether a session, if it is one, will do as it is. */
  isFresh(held: HeldSession): boolean {
    return satisfies(held, { minTtl: 0, force: false }, this.#clock.now()) && !this.#hasEnded(held);
  }

  #hasEnded({ credentials: { sessionExpiresAt } }: HeldSession): boolean {
    return sessionExpiresAt !== undefined && sessionExpiresAt <= this.#now();
  }

  /** Forgets the token for one API; with `scope`, only if it was asked for with that. */
  async clearApi(audience: string, scope?: string): Promise<void> {
    const held = await this.#store.get();
    const isMeant = (api: ApiEntry) =>
      api.audience === audience && includesScopes(joinScopes(api.asked, api.credentials.scope), scope);
    if (!held?.apis?.some(isMeant)) return;
    await this.#renewal.change(held, (current) => ({ ...current, apis: current.apis?.filter((api) => !isMeant(api)) }));
  }

  /** Whether `get` has something to work with, without any network. */
  async has(minTtl: number): Promise<boolean> {
    const held = await this.#store.get();
    if (!held) return false;
    const { refreshToken, expiresAt } = held.credentials;
    return refreshToken !== undefined || expiresAt > this.#now() + minTtl;
  }

  async save(credentials: Credentials): Promise<void> {
    const expiresAt = Number(credentials?.expiresAt);
    if (!credentials?.accessToken || !Number.isFinite(expiresAt))
      throw fault('INVALID_CREDENTIALS', 'Credentials need an accessToken and an expiresAt in seconds.');
    const { idToken = '', tokenType = 'Bearer', ...rest } = credentials;
    const complete: Credentials = { ...rest, idToken, tokenType, expiresAt: Math.floor(expiresAt) };
    if (idToken) decodeClaims(idToken);
    const held = await this.#store.get();
    // A renewal's answer may come without a refresh token; saving it must not lose the one there is.
    const isSameUser = idToken !== '' && held?.user != null && held.user.sub === decodeClaims(idToken).sub;
    await this.#store.adopt(
      isSameUser && held
        ? { audience: held.audience, apis: held.apis, credentials: merge(held.credentials, complete) }
        : { credentials: complete },
    );
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

const fault = (code: string, message: string) =>
  new CredentialsManagerError(new AuthError('CredentialsManagerError', message, { code }));
