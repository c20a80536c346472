import type { Registry } from '../config/registry.ts';
import type { UserConfig } from '../config/schema.ts';
import { configuredAuthenticators } from '../mfa/configured.ts';
import { DuplicateUserError, type NewUser, type Store } from '../store/store.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { makeUserId } from './user-id.ts';

export interface Seeder {
  /** Creates the configured users that are not there yet. Those that are keep what happened to them. */
  seed(now: number): Promise<void>;
}

/** Hashes each configured password once, so that a reset takes milliseconds. */
export function createSeeder(store: Store, registry: Registry, passwords: PasswordHasher): Seeder {
  const hashes = new Map<UserConfig, Promise<string>>();
  const hashOf = (user: UserConfig, password: string) => {
    const hash = hashes.get(user) ?? passwords.hash(password);
    hashes.set(user, hash);
    return hash;
  };

  const toUser = async (user: UserConfig): Promise<NewUser> => ({
    id: user.id ?? makeUserId(user, registry.connection(user.connection)),
    connection: user.connection,
    email: user.email,
    emailVerified: user.email !== undefined && user.emailVerified,
    username: user.username,
    phoneNumber: user.phoneNumber,
    phoneVerified: user.phoneNumber !== undefined,
    profile: user.profile,
    userMetadata: user.userMetadata,
    appMetadata: user.appMetadata,
    blocked: user.blocked,
    ...(user.password === undefined ? {} : { passwordHash: await hashOf(user, user.password) }),
  });

  return {
    async seed(now) {
      await Promise.all(
        registry.config.users.map(async (user) => {
          if (await store.users.get(user.id ?? makeUserId(user, registry.connection(user.connection)))) return;
          try {
            const created = await toUser(user);
            const authenticators = user.mfa === undefined ? [] : configuredAuthenticators(created.id, user.mfa, now);
            await store.transaction(async (tx) => {
              await tx.users.create(created, now);
              await tx.authenticators.insert(authenticators);
            });
          } catch (error) {
            // Another process seeds the same database, or somebody signed up with that address before it was configured.
            if (!(error instanceof DuplicateUserError)) throw error;
          }
        }),
      );
    },
  };
}
