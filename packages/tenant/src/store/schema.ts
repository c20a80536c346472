import type { ColumnType, Generated } from 'kysely';

/**
 * The tables, in the subset that SQLite and PostgreSQL share: text, bigint milliseconds, JSON as text, 0/1 for booleans.
 * The repositories in this folder are the only code that sees these rows.
 */
export interface Database {
  users: UserRow;
  sessions: SessionRow;
  session_clients: SessionClientRow;
  artifacts: ArtifactRow;
  authenticators: AuthenticatorRow;
  passkeys: PasskeyRow;
  identities: IdentityRow;
  consents: ConsentRow;
  organization_members: OrganizationMemberRow;
  refresh_families: RefreshFamilyRow;
  refresh_tokens: RefreshTokenRow;
  access_tokens: AccessTokenRow;
  signing_keys: SigningKeyRow;
  outbox: OutboxRow;
  events: EventRow;
  counters: CounterRow;
  settings: SettingRow;
}

type Flag = ColumnType<number, number | undefined, number>;

export interface UserRow {
  /** `auth0|<id>`, `google-oauth2|<id>`, `email|<id>`, `sms|<id>` */
  id: string;
  connection: string;
  email: string | null;
  /** Lower-cased, unique together with `connection`. */
  email_key: string | null;
  email_verified: Flag;
  username: string | null;
  username_key: string | null;
  phone_number: string | null;
  phone_verified: Flag;
  /** JSON of the standard profile claims: name, given_name, family_name, nickname, picture, … */
  profile: string;
  user_metadata: string;
  app_metadata: string;
  password_hash: string | null;
  /** JSON array of earlier hashes, newest first. */
  password_history: string;
  blocked: Flag;
  created_at: number;
  updated_at: number;
  last_login_at: number | null;
  logins_count: ColumnType<number, number | undefined, number>;
  last_password_reset_at: number | null;
}

export interface SessionRow {
  id: string;
  /** SHA-256 of the cookie's value: a copy of the database cannot be used to sign in. */
  token_hash: string;
  user_id: string;
  created_at: number;
  auth_time: number;
  last_used_at: number;
  idle_expires_at: number;
  absolute_expires_at: number;
  /** JSON array, e.g. ["pwd"], ["pwd","otp","mfa"] */
  amr: string;
  ended_at: number | null;
  /** The refresh-token family whose session transfer token signed this browser in. */
  parent_family_id: string | null;
  /** Whether it ends with that family. */
  parent_cascade: Flag;
}

export interface SessionClientRow {
  session_id: string;
  client_id: string;
  first_used_at: number;
}

/**
 * Every single-use thing in one table: authorization codes, reset tickets, login interactions, OTPs, mfa tokens,
 * device codes, session-transfer tokens, DPoP jti … Consumed by one conditional UPDATE, so exactly one caller wins.
 */
export interface ArtifactRow {
  kind: string;
  /** SHA-256 (base64url) of the secret value; primary key together with `kind`. */
  hash: string;
  /** Something to find it by besides the secret: a user id, an e-mail address, a family id. */
  subject: string | null;
  data: string;
  created_at: number;
  expires_at: number;
  consumed_at: number | null;
  attempts: ColumnType<number, number | undefined, number>;
}

export interface AuthenticatorRow {
  id: string;
  user_id: string;
  factor: string;
  group_id: string;
  confirmed: Flag;
  name: string | null;
  phone_number: string | null;
  email: string | null;
  secret: string | null;
  code_hash: string | null;
  last_step: number | null;
  created_at: number;
  last_used_at: number | null;
  /** What the person calls it. */
  label: string | null;
  /** Of a phone: the one of the pair that is asked for first. */
  preferred: Flag;
}

/** WebAuthn credentials (W3C Web Authentication, section 4: credential record). */
export interface PasskeyRow {
  /** passkey|dev_… */
  id: string;
  /** base64url, as are user_handle and public_key (COSE). */
  credential_id: string;
  user_id: string;
  user_handle: string;
  public_key: string;
  sign_count: number;
  relying_party_id: string;
  /** single_device or multi_device */
  device_type: string;
  backed_up: Flag;
  /** JSON array */
  transports: string;
  aaguid: string | null;
  user_agent: string | null;
  label: string | null;
  created_at: number;
  last_used_at: number | null;
}

/** Further ways in that were linked to a user, whose own one is in its id. */
export interface IdentityRow {
  connection: string;
  /** The provider's `sub`; for passwordless connections the address. */
  provider_user_id: string;
  provider: string;
  user_id: string;
  /** JSON: what the provider tells about the person. */
  profile: string;
  created_at: number;
}

export interface ConsentRow {
  user_id: string;
  client_id: string;
  audience: string;
  scope: string;
  created_at: number;
  updated_at: number;
}

/** Who became a member by an invitation; the configured ones are in the configuration. */
export interface OrganizationMemberRow {
  organization_id: string;
  user_id: string;
  created_at: number;
}

export interface RefreshFamilyRow {
  id: string;
  user_id: string;
  client_id: string;
  /** '' when the login named no API. */
  audience: string;
  scope: string;
  session_id: string | null;
  auth_time: number;
  dpop_jkt: string | null;
  /** JSON: organization, acr, amr, and what else later tokens must repeat. */
  data: string;
  created_at: number;
  last_used_at: number;
  idle_expires_at: number;
  absolute_expires_at: number;
  revoked_at: number | null;
  revoked_reason: string | null;
  /** As in `sessions`. */
  parent_family_id: string | null;
  parent_cascade: Flag;
}

export interface RefreshTokenRow {
  hash: string;
  family_id: string;
  /** Position in the family: 1, 2, 3 … Only the highest is live; the one before may be used inside the leeway. */
  generation: number;
  created_at: number;
  consumed_at: number | null;
}

/** Opaque access tokens, and the record of revoked ones. */
export interface AccessTokenRow {
  hash: string;
  user_id: string;
  client_id: string;
  audience: string;
  scope: string;
  session_id: string | null;
  family_id: string | null;
  dpop_jkt: string | null;
  data: string;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
}

export interface SigningKeyRow {
  kid: string;
  private_jwk: string;
  public_jwk: string;
  state: 'next' | 'current' | 'retired';
  created_at: number;
  retired_at: number | null;
}

export interface OutboxRow {
  id: Generated<number>;
  at: number;
  channel: string;
  recipient: string;
  template: string;
  subject: string | null;
  body_text: string;
  body_html: string | null;
  link: string | null;
  code: string | null;
  /** queued, sent or failed; null for what only the outbox gets. */
  delivery: string | null;
  attempts: ColumnType<number, number | undefined, number>;
  next_attempt_at: number | null;
  last_error: string | null;
}

export interface EventRow {
  id: Generated<number>;
  at: number;
  type: string;
  outcome: string;
  sentence: string;
  client_id: string | null;
  user_id: string | null;
  details: string | null;
}

/** Sliding counters for attack protection and rate limits. */
export interface CounterRow {
  key: string;
  count: number;
  window_ends_at: number;
}

export interface SettingRow {
  name: string;
  value: string;
}
