import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PostgresDialect, type SqliteDatabase, SqliteDialect } from 'kysely';
import { ConfigError } from '../config/config-error.ts';
import { createAccessTokenRepository } from './access-tokens.ts';
import { createArtifactRepository } from './artifacts.ts';
import { createAuthenticatorRepository } from './authenticators.ts';
import { createConsentRepository } from './consents.ts';
import { createCounterRepository } from './counters.ts';
import { createEventRepository } from './events.ts';
import { createIdentityRepository } from './identities.ts';
import { createMemberRepository } from './members.ts';
import { migrate } from './migrations.ts';
import { createOutboxRepository } from './outbox-messages.ts';
import { createPasskeyRepository } from './passkeys.ts';
import { createRefreshTokenRepository } from './refresh-tokens.ts';
import type { Database } from './schema.ts';
import { createSessionRepository } from './sessions.ts';
import { createSettingRepository } from './settings.ts';
import { createSigningKeyRepository } from './signing-keys.ts';
import { openSqlite } from './sqlite-database.ts';
import type { Store } from './store.ts';
import { sweepExpired } from './sweep.ts';
import { clearTables, dumpTables, loadTables } from './transfer.ts';
import { createUserRepository } from './users.ts';

export interface StoreLocation {
  /** Folder for the SQLite file `tenant.sqlite`; made when missing. Without it and `databaseUrl`: in memory. */
  readonly dataDir?: string | undefined;
  /** `postgres://…` */
  readonly databaseUrl?: string | undefined;
}

/** Opens the database and brings its schema up to date. */
export async function openStore({ dataDir, databaseUrl }: StoreLocation = {}): Promise<Store> {
  if (databaseUrl !== undefined) {
    if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
      throw new TypeError(
        'The database URL must begin with postgres:// or postgresql://. For SQLite give a data folder.',
      );
    }
    // Loaded only when asked for: the driver would cost every SQLite start its import time.
    const { openPostgresPool } = await import('./postgres-pool.ts');
    return open(new Kysely({ dialect: new PostgresDialect({ pool: openPostgresPool(databaseUrl) }) }), 'postgres');
  }
  const database = dataDir === undefined ? openSqlite(':memory:') : openSqliteIn(dataDir);
  return open(new Kysely({ dialect: new SqliteDialect({ database }) }), 'sqlite');
}

function openSqliteIn(dataDir: string): SqliteDatabase {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return openSqlite(join(dataDir, 'tenant.sqlite'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${reason}. Data is kept in tenant.sqlite of a folder that this user may write to.`;
    throw new ConfigError([{ path: '', message }], { source: dataDir, cause });
  }
}

/** The URL may hold a password, so it is not repeated. */
function refuseDatabase(cause: unknown): ConfigError {
  const message = `${deepestMessage(cause)}. Does the server run, and are host, port, user, password and name in its URL right?`;
  return new ConfigError([{ path: '', message }], { source: 'The PostgreSQL database', cause });
}

function deepestMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message || error.name : deepestMessage(error.cause);
}

async function open(db: Kysely<Database>, engine: 'sqlite' | 'postgres'): Promise<Store> {
  try {
    await migrate(db, engine);
  } catch (error) {
    await db.destroy();
    if (engine === 'postgres') throw refuseDatabase(error);
    throw error;
  }
  return createStore(db, engine);
}

function createStore(db: Kysely<Database>, engine: 'sqlite' | 'postgres'): Store {
  const inTransaction = <T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T> =>
    db.isTransaction ? work(db) : db.transaction().execute(work);
  const store: Store = {
    engine,
    users: createUserRepository(db, engine),
    sessions: createSessionRepository(db),
    artifacts: createArtifactRepository(db, engine),
    authenticators: createAuthenticatorRepository(db),
    passkeys: createPasskeyRepository(db),
    identities: createIdentityRepository(db),
    consents: createConsentRepository(db),
    members: createMemberRepository(db),
    refreshTokens: createRefreshTokenRepository(db, engine, inTransaction),
    accessTokens: createAccessTokenRepository(db),
    counters: createCounterRepository(db),
    settings: createSettingRepository(db),
    outbox: createOutboxRepository(db),
    events: createEventRepository(db, inTransaction),
    signingKeys: createSigningKeyRepository(db, inTransaction),
    transaction: (work) => inTransaction((tx) => work(tx === db ? store : createStore(tx, engine))),
    sweep: (now) => sweepExpired(db, engine, now),
    clear: () => inTransaction(clearTables),
    // One moment for all tables: SQLite's transaction is that already.
    dump: () =>
      engine === 'postgres' && !db.isTransaction
        ? db.transaction().setIsolationLevel('repeatable read').execute(dumpTables)
        : inTransaction(dumpTables),
    load: (dump) => inTransaction((tx) => loadTables(tx, engine, dump)),
    close: () => db.destroy(),
  };
  return store;
}
