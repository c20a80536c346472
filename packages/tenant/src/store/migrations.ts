import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './schema.ts';

type Engine = 'sqlite' | 'postgres';
type Schema = Kysely<Database>;

/** Applies what is missing. On PostgreSQL the migrator holds an advisory lock, so processes starting together take turns. */
export async function migrate(db: Schema, engine: Engine): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () => ({
        '0001-initial': { up: (schema) => createInitialSchema(schema, engine) },
        '0002-authenticators': { up: createAuthenticators },
        '0003-identities': { up: createIdentities },
        '0004-delivery': { up: addDelivery },
        '0005-session-transfer': { up: addSessionTransfer },
        '0006-passkeys': { up: addPasskeys },
        '0007-growth': { up: addGrowthIndexes },
      }),
    },
  } satisfies { db: Schema; provider: { getMigrations: () => Promise<Record<string, Migration>> } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Error('The database could not be brought up to date.', { cause: error });
}

async function createInitialSchema(schema: Schema, engine: Engine): Promise<void> {
  const statements = `
    create table users (
      id text primary key,
      connection text not null,
      email text,
      email_key text,
      email_verified integer not null default 0,
      username text,
      username_key text,
      phone_number text,
      phone_verified integer not null default 0,
      profile text not null,
      user_metadata text not null,
      app_metadata text not null,
      password_hash text,
      password_history text not null,
      blocked integer not null default 0,
      created_at bigint not null,
      updated_at bigint not null,
      last_login_at bigint,
      logins_count integer not null default 0,
      last_password_reset_at bigint
    );
    create unique index users_email_key on users (connection, email_key);
    create unique index users_username_key on users (connection, username_key);
    create unique index users_phone_number on users (connection, phone_number);
    create index users_email on users (email_key);

    create table sessions (
      id text primary key,
      token_hash text not null unique,
      user_id text not null,
      created_at bigint not null,
      auth_time bigint not null,
      last_used_at bigint not null,
      idle_expires_at bigint not null,
      absolute_expires_at bigint not null,
      amr text not null,
      ended_at bigint
    );
    create index sessions_user on sessions (user_id);

    create table session_clients (
      session_id text not null,
      client_id text not null,
      first_used_at bigint not null,
      primary key (session_id, client_id)
    );

    create table artifacts (
      kind text not null,
      hash text not null,
      subject text,
      data text not null,
      created_at bigint not null,
      expires_at bigint not null,
      consumed_at bigint,
      attempts integer not null default 0,
      primary key (kind, hash)
    );
    create index artifacts_subject on artifacts (kind, subject);
    create index artifacts_expiry on artifacts (expires_at);

    create table consents (
      user_id text not null,
      client_id text not null,
      audience text not null,
      scope text not null,
      created_at bigint not null,
      updated_at bigint not null,
      primary key (user_id, client_id, audience)
    );

    create table refresh_families (
      id text primary key,
      user_id text not null,
      client_id text not null,
      audience text not null,
      scope text not null,
      session_id text,
      auth_time bigint not null,
      dpop_jkt text,
      data text not null,
      created_at bigint not null,
      last_used_at bigint not null,
      idle_expires_at bigint not null,
      absolute_expires_at bigint not null,
      revoked_at bigint,
      revoked_reason text
    );
    create index refresh_families_user on refresh_families (user_id, client_id);

    create table refresh_tokens (
      hash text primary key,
      family_id text not null,
      generation integer not null,
      created_at bigint not null,
      consumed_at bigint
    );
    create index refresh_tokens_family on refresh_tokens (family_id, generation);

    create table access_tokens (
      hash text primary key,
      user_id text not null,
      client_id text not null,
      audience text not null,
      scope text not null,
      session_id text,
      family_id text,
      dpop_jkt text,
      data text not null,
      created_at bigint not null,
      expires_at bigint not null,
      revoked_at bigint
    );
    create index access_tokens_family on access_tokens (family_id);
    create index access_tokens_user on access_tokens (user_id);
    create index access_tokens_expiry on access_tokens (expires_at);

    create table signing_keys (
      kid text primary key,
      private_jwk text not null,
      public_jwk text not null,
      state text not null,
      created_at bigint not null,
      retired_at bigint
    );
    create unique index signing_keys_place on signing_keys (state) where state <> 'retired';

    create table outbox (
      id ${autoIncrement[engine]},
      at bigint not null,
      channel text not null,
      recipient text not null,
      template text not null,
      subject text,
      body_text text not null,
      body_html text,
      link text,
      code text
    );
    create index outbox_recipient on outbox (recipient);

    create table events (
      id ${autoIncrement[engine]},
      at bigint not null,
      type text not null,
      outcome text not null,
      sentence text not null,
      client_id text,
      user_id text,
      details text
    );

    create table counters (
      key text primary key,
      count integer not null,
      window_ends_at bigint not null
    );

    create table settings (
      name text primary key,
      value text not null
    )`;
  await run(schema, statements);
}

async function createAuthenticators(schema: Schema): Promise<void> {
  await run(
    schema,
    `
    create table authenticators (
      id text primary key,
      user_id text not null,
      factor text not null,
      group_id text not null,
      confirmed integer not null default 0,
      name text,
      phone_number text,
      email text,
      secret text,
      code_hash text,
      last_step bigint,
      created_at bigint not null,
      last_used_at bigint
    );
    create index authenticators_user on authenticators (user_id);
    create index authenticators_group on authenticators (group_id)`,
  );
}

async function createIdentities(schema: Schema): Promise<void> {
  await run(
    schema,
    `
    create table identities (
      connection text not null,
      provider_user_id text not null,
      provider text not null,
      user_id text not null,
      profile text not null,
      created_at bigint not null,
      primary key (connection, provider_user_id)
    );
    create index identities_user on identities (user_id)`,
  );
}

async function addDelivery(schema: Schema): Promise<void> {
  await run(
    schema,
    `
    alter table outbox add column delivery text;
    alter table outbox add column attempts integer not null default 0;
    alter table outbox add column next_attempt_at bigint;
    alter table outbox add column last_error text;
    create index outbox_delivery on outbox (delivery)`,
  );
}

async function addSessionTransfer(schema: Schema): Promise<void> {
  await run(
    schema,
    `
    alter table sessions add column parent_family_id text;
    alter table sessions add column parent_cascade integer not null default 0;
    create index sessions_parent on sessions (parent_family_id);
    alter table refresh_families add column parent_family_id text;
    alter table refresh_families add column parent_cascade integer not null default 0;
    create index refresh_families_parent on refresh_families (parent_family_id);
    create table organization_members (
      organization_id text not null,
      user_id text not null,
      created_at bigint not null,
      primary key (organization_id, user_id)
    );
    create index organization_members_user on organization_members (user_id)`,
  );
}

async function addPasskeys(schema: Schema): Promise<void> {
  await run(
    schema,
    `
    create table passkeys (
      id text primary key,
      credential_id text not null unique,
      user_id text not null,
      user_handle text not null,
      public_key text not null,
      sign_count bigint not null,
      relying_party_id text not null,
      device_type text not null,
      backed_up integer not null default 0,
      transports text not null,
      aaguid text,
      user_agent text,
      label text,
      created_at bigint not null,
      last_used_at bigint
    );
    create index passkeys_user on passkeys (user_id);
    alter table authenticators add column label text;
    alter table authenticators add column preferred integer not null default 0`,
  );
}

/** For what would otherwise read a whole table: lists newest first, a logout, the clean-up. */
async function addGrowthIndexes(schema: Schema): Promise<void> {
  await run(
    schema,
    `
    create index users_created on users (created_at, id);
    drop index sessions_user;
    create index sessions_user on sessions (user_id, created_at desc, id);
    create index sessions_created on sessions (created_at desc, id);
    create index sessions_expiry on sessions (idle_expires_at);
    create index sessions_ended on sessions (ended_at) where ended_at is not null;
    drop index refresh_families_user;
    create index refresh_families_user on refresh_families (user_id, created_at desc, id);
    create index refresh_families_client on refresh_families (client_id, created_at desc, id);
    create index refresh_families_created on refresh_families (created_at desc, id);
    create index refresh_families_session on refresh_families (session_id, user_id);
    create index refresh_families_expiry on refresh_families (absolute_expires_at);
    create index artifacts_proofs on artifacts (expires_at) where kind = 'dpop_jti';
    drop index outbox_recipient;
    create index outbox_recipient on outbox (recipient, id);
    create index outbox_template on outbox (template, id);
    create index events_type on events (type, id);
    create index events_at on events (at);
    create index counters_expiry on counters (window_ends_at)`,
  );
}

async function run(schema: Schema, statements: string): Promise<void> {
  for (const statement of statements.split(';')) await sql.raw(statement.trim()).execute(schema);
}

/** Ids never come back after a deletion, so `afterId` stays meaningful across a reset. */
const autoIncrement: Record<Engine, string> = {
  sqlite: 'integer primary key autoincrement',
  postgres: 'bigint generated by default as identity primary key',
};
