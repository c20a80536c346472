import type { OutboxMessage } from '../delivery/outbox.ts';
import type { NewEvent, TenantEvent } from '../events/event-log.ts';
import type { FactorName } from '../mfa/factors/factor.ts';

/** What the rest of the tenant sees of storage. One implementation (Kysely) serves SQLite and PostgreSQL. */

export interface User {
  readonly id: string;
  readonly connection: string;
  readonly email?: string | undefined;
  readonly emailVerified: boolean;
  readonly username?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly phoneVerified: boolean;
  /** Standard OIDC profile claims in wire form: name, given_name, family_name, nickname, picture, … */
  readonly profile: Readonly<Record<string, string>>;
  readonly userMetadata: Readonly<Record<string, unknown>>;
  readonly appMetadata: Readonly<Record<string, unknown>>;
  readonly passwordHash?: string | undefined;
  readonly passwordHistory: readonly string[];
  readonly blocked: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastLoginAt?: number | undefined;
  readonly loginsCount: number;
  readonly lastPasswordResetAt?: number | undefined;
}

export type NewUser = Pick<User, 'id' | 'connection'> &
  Partial<Omit<User, 'id' | 'connection' | 'createdAt' | 'updatedAt'>>;

export interface UserRepository {
  /** Rejects with `DuplicateUserError` when e-mail or username is taken in that connection. */
  create(user: NewUser, now: number): Promise<User>;
  get(id: string): Promise<User | undefined>;
  /** By e-mail (any case) or username within a connection. */
  findByIdentifier(connection: string, identifier: string): Promise<User | undefined>;
  findByEmail(email: string): Promise<User[]>;
  findByPhone(connection: string, phoneNumber: string): Promise<User | undefined>;
  update(
    id: string,
    changes: Partial<Omit<User, 'id' | 'connection' | 'createdAt'>>,
    now: number,
  ): Promise<User | undefined>;
  /** `change` may run again, with what another call stored in between: neither loses what the other wrote. */
  changeMetadata(
    id: string,
    change: (
      current: Pick<User, 'userMetadata' | 'appMetadata'>,
    ) => Partial<Pick<User, 'userMetadata' | 'appMetadata'>>,
    now: number,
  ): Promise<User | undefined>;
  recordLogin(id: string, now: number): Promise<void>;
  delete(id: string): Promise<boolean>;
  list(options?: { search?: string; limit?: number; offset?: number }): Promise<User[]>;
  count(): Promise<number>;
}

/** Where a browser session or a refresh-token family came from, when that was a session transfer. */
export interface TransferOrigin {
  /** The family whose refresh token was exchanged for the session transfer token. */
  readonly familyId: string;
  /** Whether it ends when that family is revoked. */
  readonly cascade: boolean;
}

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly authTime: number;
  readonly lastUsedAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  readonly amr: readonly string[];
  readonly endedAt?: number | undefined;
  readonly origin?: TransferOrigin | undefined;
}

export interface SessionRepository {
  create(session: Omit<Session, 'endedAt'> & { tokenHash: string }): Promise<Session>;
  findByTokenHash(tokenHash: string): Promise<Session | undefined>;
  get(id: string): Promise<Session | undefined>;
  update(
    id: string,
    changes: Partial<Pick<Session, 'authTime' | 'lastUsedAt' | 'idleExpiresAt' | 'amr'>> & { tokenHash?: string },
  ): Promise<void>;
  addClient(id: string, clientId: string, now: number): Promise<void>;
  clients(id: string): Promise<string[]>;
  end(id: string, now: number): Promise<void>;
  endForUser(userId: string, now: number): Promise<void>;
  list(options?: { userId?: string; limit?: number }): Promise<Session[]>;
}

export interface Artifact<Data = Record<string, unknown>> {
  readonly kind: string;
  readonly hash: string;
  readonly subject?: string | undefined;
  readonly data: Data;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly consumedAt?: number | undefined;
  readonly attempts: number;
}

export interface ArtifactRepository {
  /** False when that value already exists (used for replay detection: the first writer wins). */
  insert(artifact: Omit<Artifact, 'consumedAt' | 'attempts'>): Promise<boolean>;
  get<Data = Record<string, unknown>>(kind: string, hash: string): Promise<Artifact<Data> | undefined>;
  latestForSubject<Data = Record<string, unknown>>(kind: string, subject: string): Promise<Artifact<Data> | undefined>;
  /** One conditional UPDATE: the artifact when this call consumed it, undefined when unknown, spent or expired. */
  consume<Data = Record<string, unknown>>(kind: string, hash: string, now: number): Promise<Artifact<Data> | undefined>;
  /** Merges into `data`. */
  patch(kind: string, hash: string, data: Record<string, unknown>): Promise<void>;
  /** Counts a failed attempt and returns the new total. */
  countAttempt(kind: string, hash: string): Promise<number>;
  /** Consumes every live artifact of a subject (a newer code makes older ones worthless). */
  consumeForSubject(kind: string, subject: string, now: number): Promise<void>;
}

/** Something a user has and can prove: an app with a secret, a phone, an address, a device, a recovery code. */
export interface Authenticator {
  /** `totp|dev_…`, `sms|dev_…`, `push|dev_…` … */
  readonly id: string;
  readonly userId: string;
  readonly factor: FactorName;
  /** Authenticators set up together (sms and voice, push and totp) share it and go together. */
  readonly groupId: string;
  /** False until the user has proved it once. */
  readonly confirmed: boolean;
  /** What people recognise it by: a masked number or address, a device. */
  readonly name?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly email?: string | undefined;
  /** otp: the shared secret, base32. */
  readonly secret?: string | undefined;
  /** recovery-code: hash of the code. */
  readonly codeHash?: string | undefined;
  /** otp: the newest 30-second step whose code was used. */
  readonly lastStep?: number | undefined;
  readonly createdAt: number;
  readonly lastUsedAt?: number | undefined;
  /** What the person calls it. */
  readonly label?: string | undefined;
  /** sms and voice: asked for before the other one of the phone. */
  readonly preferred?: boolean | undefined;
}

export interface AuthenticatorRepository {
  /** Oldest first. */
  list(userId: string): Promise<Authenticator[]>;
  get(id: string): Promise<Authenticator | undefined>;
  insert(authenticators: readonly Authenticator[]): Promise<void>;
  /** Confirms all of a group, and the user's recovery code with it; false when it is gone or was confirmed already. */
  confirmGroup(groupId: string): Promise<boolean>;
  /** Marks a time step used; true for exactly one caller, and only for a step after the newest used one. */
  useStep(id: string, step: number, now: number): Promise<boolean>;
  /** Replaces a recovery code; true for exactly one caller. */
  replaceCode(id: string, codeHash: string, newCodeHash: string, now: number): Promise<boolean>;
  /** Of all of a group: what the person calls it, and of a phone the way that is asked for first. */
  update(groupId: string, changes: { label?: string; preferred?: 'sms' | 'voice' }): Promise<void>;
  touch(id: string, now: number): Promise<void>;
  /** Deletes all of a group; answers how many. */
  deleteGroup(groupId: string): Promise<number>;
  /** Deletes what a user began to set up but never proved. */
  deleteUnconfirmed(userId: string): Promise<void>;
  deleteForUser(userId: string): Promise<void>;
}

/** A WebAuthn credential. Byte strings are base64url. */
export interface Passkey {
  /** `passkey|dev_…` */
  readonly id: string;
  readonly credentialId: string;
  readonly userId: string;
  /** What the authenticator knows the user by; all passkeys of a user share it. */
  readonly userHandle: string;
  /** COSE. */
  readonly publicKey: string;
  /** Never goes down; stays 0 with authenticators that do not count. */
  readonly signCount: number;
  readonly relyingPartyId: string;
  /** Whether it can be copied to other devices of its owner. */
  readonly deviceType: 'single_device' | 'multi_device';
  readonly backedUp: boolean;
  readonly transports: readonly string[];
  readonly aaguid?: string | undefined;
  readonly userAgent?: string | undefined;
  /** What the person calls it. */
  readonly label?: string | undefined;
  readonly createdAt: number;
  readonly lastUsedAt?: number | undefined;
}

export interface PasskeyRepository {
  /** False when the credential is registered already, for whomever. */
  add(passkey: Passkey): Promise<boolean>;
  find(credentialId: string): Promise<Passkey | undefined>;
  /** Oldest first. */
  list(userId: string): Promise<Passkey[]>;
  /** Records a use. False when the counter did not go up since, as after a use of a copy at the same time. */
  recordUse(id: string, use: { signCount: number; backedUp: boolean; now: number }): Promise<boolean>;
  rename(id: string, label: string): Promise<void>;
  delete(id: string): Promise<boolean>;
  deleteForUser(userId: string): Promise<void>;
}

/** A further way in that was linked to a user. The first one is the user's own connection. */
export interface Identity {
  readonly connection: string;
  /** The provider's `sub`; for passwordless connections the address. */
  readonly providerUserId: string;
  /** The connection's strategy. */
  readonly provider: string;
  readonly userId: string;
  /** What the provider tells about the person. */
  readonly profile: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export interface IdentityRepository {
  find(connection: string, providerUserId: string): Promise<Identity | undefined>;
  /** Oldest first. */
  list(userId: string): Promise<Identity[]>;
  /** Links it, or moves it to the user named. */
  link(identity: Identity): Promise<void>;
  deleteForUser(userId: string): Promise<void>;
}

export interface ConsentRepository {
  get(userId: string, clientId: string, audience: string): Promise<readonly string[] | undefined>;
  grant(userId: string, clientId: string, audience: string, scope: readonly string[], now: number): Promise<void>;
  revoke(userId: string, clientId?: string): Promise<void>;
}

/** Who became a member of an organization by an invitation. */
export interface MemberRepository {
  has(organizationId: string, userId: string): Promise<boolean>;
  add(organizationId: string, userId: string, now: number): Promise<void>;
  /** Ids of the organizations. */
  list(userId: string): Promise<string[]>;
  deleteForUser(userId: string): Promise<void>;
}

export interface RefreshFamily {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly audience: string;
  readonly scope: readonly string[];
  readonly sessionId?: string | undefined;
  readonly authTime: number;
  readonly dpopJkt?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  readonly revokedAt?: number | undefined;
  readonly revokedReason?: string | undefined;
  readonly origin?: TransferOrigin | undefined;
}

export interface RefreshToken {
  readonly hash: string;
  readonly familyId: string;
  readonly generation: number;
  readonly createdAt: number;
  readonly consumedAt?: number | undefined;
}

export interface RefreshTokenRepository {
  createFamily(family: Omit<RefreshFamily, 'revokedAt' | 'revokedReason'>, tokenHash: string): Promise<void>;
  /** The token with its family, and the family's token of the highest generation. */
  find(tokenHash: string): Promise<{ token: RefreshToken; family: RefreshFamily; newest: RefreshToken } | undefined>;
  getFamily(familyId: string): Promise<RefreshFamily | undefined>;
  /** Whether there is a family of that id, revoked or not. */
  has(familyId: string): Promise<boolean>;
  /** Highest generation of a family. */
  newest(familyId: string): Promise<RefreshToken | undefined>;
  /** Marks a token used; true for exactly one caller. */
  consume(tokenHash: string, now: number): Promise<boolean>;
  /** Adds the successor. */
  add(token: Omit<RefreshToken, 'consumedAt'>): Promise<void>;
  touchFamily(familyId: string, changes: { lastUsedAt: number; idleExpiresAt: number }): Promise<void>;
  /** Merges into the family's `data`. */
  patchFamily(familyId: string, data: Readonly<Record<string, unknown>>): Promise<void>;
  /**
   * Revokes one family; true when this call did it. Its opaque access tokens die with it, and what session transfers made
   * of it: browser sessions and their families.
   */
  revokeFamily(familyId: string, reason: string, now: number): Promise<boolean>;
  revokeWhere(
    filter: { userId: string; clientId?: string; audience?: string; sessionId?: string },
    reason: string,
    now: number,
  ): Promise<number>;
  list(options?: { userId?: string; clientId?: string; limit?: number }): Promise<RefreshFamily[]>;
}

export interface AccessTokenRecord {
  readonly hash: string;
  readonly userId: string;
  readonly clientId: string;
  readonly audience: string;
  readonly scope: readonly string[];
  readonly sessionId?: string | undefined;
  readonly familyId?: string | undefined;
  readonly dpopJkt?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt?: number | undefined;
}

export interface AccessTokenRepository {
  /** One that is there already stays as it is: two processes may note the same token at once, to revoke it. */
  insert(token: Omit<AccessTokenRecord, 'revokedAt'>): Promise<void>;
  find(hash: string): Promise<AccessTokenRecord | undefined>;
  revoke(filter: { hash?: string; familyId?: string; userId?: string }, now: number): Promise<void>;
}

export interface Bucket {
  readonly capacity: number;
  readonly refillMs: number;
}

export interface BucketLevel {
  readonly remaining: number;
  /** Milliseconds: when it is full again, and when there is something in it to take. */
  readonly fullAt: number;
  readonly nextAt: number;
}

export interface CounterRepository {
  /** Adds one within a window of `windowMs` and returns the total of the running window. */
  hit(key: string, windowMs: number, now: number): Promise<{ count: number; windowEndsAt: number }>;
  get(key: string, now: number): Promise<number>;
  /** The running counters whose key begins with `prefix`, which holds no `%` or `_`. */
  list(prefix: string, now: number): Promise<{ key: string; count: number; windowEndsAt: number }[]>;
  clear(key: string): Promise<void>;
  /**
   * Takes one try out of a bucket of `capacity` tries that gets one back every `refillMs`; false when it is empty.
   * One statement, so that tries at once cannot share the last one.
   */
  takeFromBucket(key: string, bucket: Bucket, now: number): Promise<boolean>;
  /** How full a bucket is, without taking. */
  lookAtBucket(key: string, bucket: Bucket, now: number): Promise<BucketLevel>;
}

export interface SettingRepository {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  /** Stores `value` unless the name exists, and returns what is stored: the first process decides. */
  setIfAbsent(name: string, value: string): Promise<string>;
}

export interface OutboxRepository {
  /** Messages that wait for their way out, oldest first, with the time of the next try in the machine's milliseconds. */
  queued(): Promise<(OutboxMessage & { readonly nextAttemptAt: number })[]>;
  /** Counts a try; the message for exactly one caller, and for none before the time of the next try. */
  claim(id: number, attempts: number, now: number, nextAttemptAt: number): Promise<OutboxMessage | undefined>;
  settle(
    id: number,
    result: { delivery: 'queued' | 'sent' | 'failed'; lastError?: string; nextAttemptAt?: number },
  ): Promise<void>;
  insert(message: Omit<OutboxMessage, 'id'>): Promise<OutboxMessage>;
  /** Oldest first. */
  list(options?: { to?: string; template?: string; afterId?: number; limit?: number }): Promise<OutboxMessage[]>;
}

export interface EventRepository {
  insert(events: readonly (NewEvent & { readonly at: number })[]): Promise<TenantEvent[]>;
  /** With `afterId` the ones that follow it, oldest first; without it the newest `limit`, oldest first. */
  list(options?: { afterId?: number; type?: string; limit?: number }): Promise<TenantEvent[]>;
}

export interface StoredSigningKey {
  readonly kid: string;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly state: 'next' | 'current' | 'retired';
  readonly createdAt: number;
  readonly retiredAt?: number | undefined;
}

export interface SigningKeyRepository {
  list(): Promise<StoredSigningKey[]>;
  /** False when the kid exists, or when another process already filled the one `current` or `next` place. */
  insert(key: StoredSigningKey): Promise<boolean>;
  /** Retires `currentKid` and puts `nextKid` in its place; false when another process has rotated already. */
  rotate(currentKid: string, nextKid: string, now: number): Promise<boolean>;
  /** Deletes keys retired before `retiredBefore`. */
  deleteRetired(retiredBefore: number): Promise<void>;
}

/** Every row of every table by column name: what `--export-on-exit` writes and `--import` reads. */
export type StoreDump = Readonly<Record<string, readonly Readonly<Record<string, string | number | null>>[]>>;

export interface Store {
  readonly engine: 'sqlite' | 'postgres';
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly artifacts: ArtifactRepository;
  readonly authenticators: AuthenticatorRepository;
  readonly passkeys: PasskeyRepository;
  readonly identities: IdentityRepository;
  readonly consents: ConsentRepository;
  readonly members: MemberRepository;
  readonly refreshTokens: RefreshTokenRepository;
  readonly accessTokens: AccessTokenRepository;
  readonly counters: CounterRepository;
  readonly settings: SettingRepository;
  readonly outbox: OutboxRepository;
  readonly events: EventRepository;
  readonly signingKeys: SigningKeyRepository;
  /**
   * Runs `work` in one transaction; the store it receives writes inside it. Inside `work` use only that store: on SQLite the
   * outer one waits for the transaction to end. A transaction in a transaction joins it.
   */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /**
   * Deletes expired artifacts, tokens, sessions, and old events and messages, a batch at a time. Not inside a transaction.
   */
  sweep(now: number): Promise<void>;
  /** Empties every table but signing keys and settings (for `reset`). */
  clear(): Promise<void>;
  dump(): Promise<StoreDump>;
  /** Replaces everything with `dump`, in one transaction. Unknown tables or columns are refused before anything changes. */
  load(dump: StoreDump): Promise<void>;
  close(): Promise<void>;
}

/** Thrown by `users.create` and `users.update`. */
export class DuplicateUserError extends Error {
  override readonly name = 'DuplicateUserError';
  readonly field: 'id' | 'email' | 'username' | 'phone_number';
  constructor(field: 'id' | 'email' | 'username' | 'phone_number') {
    super(`A user with that ${field} already exists in this connection.`);
    this.field = field;
  }
}
