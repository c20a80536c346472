import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { isSocialProvider } from '../connections/social/providers.ts';
import type { TenantContext } from '../context.ts';
import { configuredAuthenticators } from '../mfa/configured.ts';
import { DuplicateUserError, type User } from '../store/store.ts';
import { changePassword } from '../users/password-reset.ts';
import { ControlError } from './control-error.ts';
import { newUserSchema, parseInput, userChangesSchema, userFilterSchema } from './input.ts';

/** A user without anything that lets one sign in. */
export type ControlUser = Omit<User, 'passwordHash' | 'passwordHistory'> & {
  /** The ways in, the user's own first, then those that were linked. */
  readonly identities: readonly UserIdentity[];
};

export interface UserIdentity {
  /** The connection's strategy: `auth0`, `google-oauth2`, `email` … */
  readonly provider: string;
  readonly connection: string;
  /** The user's id there. */
  readonly userId: string;
  readonly isSocial: boolean;
  /** What a linked provider tells about the person. */
  readonly profile?: Readonly<Record<string, string>>;
}

export interface UserControl {
  /** Oldest first; `search` looks in e-mail, username, phone number, id and profile. Default limit: 50. */
  list(filter?: z.input<typeof userFilterSchema>): Promise<ControlUser[]>;
  /** Creates a user; the password policy does not apply. @throws ControlError `conflict` when e-mail, username or id is taken */
  create(user: z.input<typeof newUserSchema>): Promise<ControlUser>;
  /** @throws ControlError `not_found` */
  get(id: string): Promise<ControlUser>;
  /** Replaces what is named. A new password or `blocked: true` ends sessions and tokens. @throws ControlError `not_found`, `conflict` */
  update(id: string, changes: z.input<typeof userChangesSchema>): Promise<ControlUser>;
  /** No sign-in, and an end to sessions and tokens. */
  block(id: string): Promise<ControlUser>;
  unblock(id: string): Promise<ControlUser>;
  delete(id: string): Promise<void>;
  /** Revokes every refresh-token family of a user; answers how many. */
  revoke(id: string): Promise<number>;
}

export function createUserControl(tenant: TenantContext): UserControl {
  const { store, clock, passwords } = tenant;

  const find = async (id: string): Promise<User> => {
    const user = await store.users.get(id);
    if (!user) throw new ControlError('not_found', `There is no user with the id ${id}.`);
    return user;
  };

  const tell = (type: string, id: string, sentence: string) =>
    tenant.events.record({ type, outcome: 'success', sentence, userId: id });

  const endEverything = async (id: string, reason: string) => {
    const now = clock.now();
    await store.sessions.endForUser(id, now);
    await store.refreshTokens.revokeWhere({ userId: id }, reason, now);
    await store.accessTokens.revoke({ userId: id }, now);
  };

  const update: UserControl['update'] = async (id, input) => {
    const { password, ...changes } = parseInput(userChangesSchema, input);
    const user = await find(id);
    await orConflict(() => store.users.update(id, withoutUndefined(changes), clock.now()));
    if (password !== undefined) await changePassword(tenant, user, await passwords.hash(password));
    if (changes.blocked && !user.blocked) await endEverything(id, 'the user was blocked');
    tell('user.updated', id, `User ${id} was changed through the control API: ${Object.keys(input).join(', ')}.`);
    return toControlUser(tenant, await find(id));
  };

  return {
    async list(filter = {}) {
      const users = await store.users.list(withoutUndefined(parseInput(userFilterSchema, filter)));
      return Promise.all(users.map((user) => toControlUser(tenant, user)));
    },

    async create(input) {
      const user = parseInput(newUserSchema, input);
      const connection = tenant.registry.connection(user.connection);
      if (!connection) {
        const names = tenant.registry.config.connections.map(({ name }) => name).join(', ');
        throw new ControlError(
          'invalid_request',
          `connection: there is no connection "${user.connection}"; allowed: ${names}`,
        );
      }
      const { password, id, emailVerified, mfa, ...rest } = user;
      const created = await orConflict(async () =>
        store.users.create(
          {
            ...rest,
            id: id ?? `${connection.strategy}|${randomBytes(12).toString('hex')}`,
            emailVerified: user.email !== undefined && emailVerified,
            phoneVerified: user.phoneNumber !== undefined,
            ...(password === undefined ? {} : { passwordHash: await passwords.hash(password) }),
          },
          clock.now(),
        ),
      );
      if (mfa !== undefined) {
        await store.authenticators.insert(configuredAuthenticators(created.id, mfa, clock.now()));
      }
      tell('user.created', created.id, `User ${created.id} was created through the control API.`);
      return toControlUser(tenant, created);
    },

    get: async (id) => toControlUser(tenant, await find(id)),
    update,
    block: (id) => update(id, { blocked: true }),
    unblock: (id) => update(id, { blocked: false }),

    async delete(id) {
      if (!(await store.users.delete(id))) throw new ControlError('not_found', `There is no user with the id ${id}.`);
      const now = clock.now();
      // Refresh-token families stay: their next use is answered with "…for a user who doesn't exist anymore".
      await store.sessions.endForUser(id, now);
      await store.accessTokens.revoke({ userId: id }, now);
      await store.consents.revoke(id);
      await store.authenticators.deleteForUser(id);
      await store.passkeys.deleteForUser(id);
      await store.identities.deleteForUser(id);
      await store.members.deleteForUser(id);
      tell('user.deleted', id, `User ${id} was deleted through the control API.`);
    },

    async revoke(id) {
      await find(id);
      const count = await store.refreshTokens.revokeWhere(
        { userId: id },
        'revoked through the control API',
        clock.now(),
      );
      tell(
        'refresh.revoked',
        id,
        `The refresh tokens of user ${id} (${count} families) were revoked through the control API.`,
      );
      return count;
    },
  };
}

async function toControlUser(
  tenant: TenantContext,
  { passwordHash: _hash, passwordHistory: _history, ...user }: User,
): Promise<ControlUser> {
  const linked = await tenant.store.identities.list(user.id);
  const [provider = '', userId = ''] = user.id.split(/\|(.*)/s);
  const own = { provider, connection: user.connection, userId, isSocial: isSocialProvider(provider) };
  return {
    ...user,
    identities: [
      own,
      ...linked.map((identity) => ({
        provider: identity.provider,
        connection: identity.connection,
        userId: identity.providerUserId,
        isSocial: isSocialProvider(identity.provider),
        profile: identity.profile,
      })),
    ],
  };
}

async function orConflict<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DuplicateUserError) throw new ControlError('conflict', error.message, { cause: error });
    throw error;
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

export function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
