import type { z } from 'zod';
import { ConfigError } from '../config/config-error.ts';
import { type ApiConfig, apiSchema, type ClientConfig, clientSchema, type TenantConfig } from '../config/schema.ts';
import { validateConfig } from '../config/validate.ts';
import type { TenantContext } from '../context.ts';
import type { OutboxMessage, WaitingOutbox } from '../delivery/outbox.ts';
import type { BufferedEventLog, TenantEvent } from '../events/event-log.ts';
import type { ImportSummary } from '../import/import-users.ts';
import type { PreparedKeyRing } from '../keys/key-ring.ts';
import type { RefreshFamily, Session, StoreDump } from '../store/store.ts';
import type { TokenResponse } from '../tokens/issue.ts';
import type { Seeder } from '../users/seed.ts';
import { ControlError } from './control-error.ts';
import type { Fault } from './faults.ts';
import {
  clockChangeSchema,
  eventFilterSchema,
  eventWaitSchema,
  familyFilterSchema,
  faultSchema,
  fixedCodeChangeSchema,
  importSchema,
  type importUsersSchema,
  lastMessageSchema,
  outboxFilterSchema,
  outboxWaitSchema,
  parseInput,
  sessionFilterSchema,
} from './input.ts';
import { createMfaControl, type MfaControl } from './mfa.ts';
import { createOrganizationControl, type OrganizationControl } from './organizations.ts';
import { createPasskeyControl, type PasskeyControl } from './passkeys.ts';
import { createSessionState, type SignInOptions, type StorageState, signInWithoutPages } from './sign-in.ts';
import { createSubjectTokenControl, type SubjectTokenControl } from './subject-tokens.ts';
import { createUserControl, type UserControl, withoutUndefined } from './users.ts';

export interface ClockState {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly stopped: boolean;
}

/** Everything in the database. It holds password hashes and private keys: keep it where test data may be. */
export interface TenantExport {
  readonly format: 'postern-tenant';
  readonly version: 1;
  readonly tables: StoreDump;
}

/** What a test may do to its tenant, in-process. The same over HTTP is below `/__tenant/api`. */
export interface TenantControl extends SubjectTokenControl {
  /** The per-run secret: `Authorization: Bearer <secret>` at `/__tenant/api`, `?secret=` at the dashboard. */
  readonly secret: string;
  readonly users: UserControl;
  readonly outbox: {
    /** The newest 100 (or `limit`), oldest first; with `afterId` the ones that follow it. */
    list(filter?: z.input<typeof outboxFilterSchema>): Promise<OutboxMessage[]>;
    /**
     * The first message that matches, counted from `afterId` (default: the beginning), waiting for it if need be.
     * @throws ControlError `timeout` after `timeoutMs` (default 5000)
     */
    waitForMessage(filter?: z.input<typeof outboxWaitSchema>): Promise<OutboxMessage>;
    /**
     * The newest message to an address, with its `code` or `link`.
     * @throws ControlError `not_found`
     */
    lastMessage(filter: z.input<typeof lastMessageSchema>): Promise<OutboxMessage>;
  };
  /**
   * Every code sent to this e-mail address or phone number is this one from now on, until `null` or `reset`. Whoever knows the
   * address can then sign in: it is for tests that cannot read the outbox.
   */
  fixCode(to: string, code: string | null): void;
  /**
   * Users of Auth0's bulk import or export, as records or as the text of a file. Each comes whole or not at all.
   * @param options.connection a database; default: the first
   * @param options.upsert change users who exist instead of refusing them; their passwords stay. Default: false
   * @throws ControlError `invalid_request` when the text cannot be read
   */
  importUsers(users: readonly unknown[] | string, options?: z.input<typeof importUsersSchema>): Promise<ImportSummary>;
  readonly events: {
    list(filter?: z.input<typeof eventFilterSchema>): Promise<TenantEvent[]>;
    /**
     * The first event that matches, counted from `afterId` (default: the beginning), waiting for it if need be.
     * @throws ControlError `timeout` after `timeoutMs` (default 5000)
     */
    waitFor(filter?: z.input<typeof eventWaitSchema>): Promise<TenantEvent>;
  };
  readonly clock: {
    get(): ClockState;
    /** Stops the clock at `ms`; with `running` it goes on from there. */
    set(ms: number, options?: { running?: boolean }): ClockState;
    /** Moves the clock by `ms`, back when negative. */
    advance(ms: number): ClockState;
    /** Back to the machine's time. */
    reset(): ClockState;
  };
  /**
   * Registers an app, for as long as this process runs: to keep one, write it into the configuration.
   * @throws ControlError `invalid_request`, `conflict`
   */
  addClient(client: z.input<typeof clientSchema>): ClientConfig;
  /** The same for an API. */
  addApi(api: z.input<typeof apiSchema>): ApiConfig;
  /** The next signing key becomes current; the old one stays published until its tokens have expired. */
  rotateKeys(): Promise<void>;
  readonly faults: {
    /** Strikes the next `times` (default 1) responses it fits. */
    add(fault: z.input<typeof faultSchema>): void;
    list(): readonly Fault[];
    clear(): void;
  };
  readonly sessions: {
    list(filter?: z.input<typeof sessionFilterSchema>): Promise<Session[]>;
    /** @throws ControlError `not_found` */
    end(id: string): Promise<void>;
  };
  /** Refresh-token families: all tokens that came from one login by rotation. */
  readonly families: {
    list(filter?: z.input<typeof familyFilterSchema>): Promise<RefreshFamily[]>;
    /** True when this call revoked it, false when it was revoked before. @throws ControlError `not_found` */
    revoke(id: string): Promise<boolean>;
  };
  /** Second factors: secrets, codes, answers to a push. */
  readonly mfa: MfaControl;
  readonly passkeys: PasskeyControl;
  readonly organizations: OrganizationControl;
  /** Back to the configuration: users, clock, faults; everything that happened is gone. Signing keys stay. Milliseconds. */
  reset(): Promise<void>;
  exportData(): Promise<TenantExport>;
  /** Replaces everything. @throws ControlError `invalid_request` and changes nothing when the data cannot be read */
  importData(data: unknown): Promise<void>;
  /** Tokens without pages. @throws ControlError `not_found`, `invalid_request`, `conflict` (blocked) */
  signIn(options: SignInOptions): Promise<TokenResponse>;
  /** A browser session without pages. @throws ControlError `not_found`, `conflict` (blocked) */
  sessionState(options: { user: string; mfa?: boolean }): Promise<StorageState>;
}

export interface ControlParts {
  readonly tenant: TenantContext;
  readonly outbox: WaitingOutbox;
  readonly events: BufferedEventLog;
  readonly keys: PreparedKeyRing;
  readonly seeder: Seeder;
  /** Forgets what was read from settings. */
  readonly reloadSettings: () => Promise<void>;
}

export function createControl({ tenant, outbox, events, keys, seeder, reloadSettings }: ControlParts): TenantControl {
  const { store, clock, faults } = tenant;
  const clockState = (): ClockState => ({ now: clock.now(), stopped: clock.stopped });
  const tell = (type: string, sentence: string) => events.record({ type, outcome: 'success', sentence });

  return {
    secret: tenant.controlSecret,
    users: createUserControl(tenant),
    mfa: createMfaControl(tenant),
    passkeys: createPasskeyControl(tenant),
    ...createSubjectTokenControl(tenant),
    organizations: createOrganizationControl(tenant),

    outbox: {
      list: (filter = {}) => outbox.list(withoutUndefined(parseInput(outboxFilterSchema, filter))),
      async waitForMessage(filter = {}) {
        const { timeoutMs, ...wanted } = parseInput(outboxWaitSchema, filter);
        const message = await outbox.waitFor(withoutUndefined(wanted), timeoutMs);
        if (message) return message;
        const there = (await outbox.list({ limit: 5 })).map((one) => `${one.template} to ${one.to} (id ${one.id})`);
        throw new ControlError(
          'timeout',
          `No message ${describe(wanted)} within ${timeoutMs} ms. The newest in the outbox: ${there.join(', ') || 'none'}.`,
        );
      },
      async lastMessage(filter) {
        const wanted = withoutUndefined(parseInput(lastMessageSchema, filter));
        const [newest] = await outbox.list({ ...wanted, limit: 1 });
        if (newest) return newest;
        throw new ControlError('not_found', `There is no message ${describe(wanted).replace(/ came$/, '')}.`);
      },
    },

    events: {
      list: (filter = {}) => events.list(withoutUndefined(parseInput(eventFilterSchema, filter))),
      async waitFor(filter = {}) {
        const { timeoutMs, afterId = 0, ...wanted } = parseInput(eventWaitSchema, filter);
        const members = Object.entries(withoutUndefined(wanted));
        const matches = (event: TenantEvent) => members.every(([name, value]) => Reflect.get(event, name) === value);
        const { type } = wanted;
        const event = await events.waitFor(matches, { afterId, timeoutMs, ...(type === undefined ? {} : { type }) });
        if (event) return event;
        const there = (await events.list({ limit: 5 })).map((one) => `${one.type} (id ${one.id})`);
        throw new ControlError(
          'timeout',
          `No event ${describe(wanted)} within ${timeoutMs} ms. The newest: ${there.join(', ') || 'none'}.`,
        );
      },
    },

    fixCode(to, code) {
      const change = parseInput(fixedCodeChangeSchema, { to, code });
      if (change.code === null) tenant.fixedCodes.remove(change.to);
      else tenant.fixedCodes.set(change.to, change.code);
      tell(
        'code.fixed',
        `Codes to ${change.to} are ${change.code === null ? 'random again' : 'now the same every time'}, as asked through the control API.`,
      );
    },

    async importUsers(users, options) {
      const { importUsersInto } = await import('./import-users.ts');
      return importUsersInto(tenant, users, options);
    },

    clock: {
      get: clockState,
      set(ms, { running = false } = {}) {
        parseInput(clockChangeSchema, { set: ms, running });
        clock.set(ms, { running });
        tell('clock.changed', `The clock was set to ${new Date(ms).toISOString()}${running ? '' : ' and stopped'}.`);
        return clockState();
      },
      advance(ms) {
        parseInput(clockChangeSchema, { advance: ms });
        clock.advance(ms);
        tell('clock.changed', `The clock was moved by ${ms / 1000} s.`);
        return clockState();
      },
      reset() {
        clock.reset();
        return clockState();
      },
    },

    addClient(input) {
      const client = parseInput(clientSchema, input);
      const { config, client: find, addClient } = tenant.registry;
      if (find(client.clientId)) throw new ControlError('conflict', `There is a client "${client.clientId}" already.`);
      checkWhole({ ...config, clients: [...config.clients, client] });
      addClient(client);
      tell('client.added', `The client ${client.clientId} was added through the control API.`);
      return client;
    },

    addApi(input) {
      const api = parseInput(apiSchema, input);
      const { config, api: find, addApi } = tenant.registry;
      if (find(api.identifier)) throw new ControlError('conflict', `There is an API "${api.identifier}" already.`);
      checkWhole({ ...config, apis: [...config.apis, api] });
      addApi(api);
      tell('api.added', `The API ${api.identifier} was added through the control API.`);
      return api;
    },

    async rotateKeys() {
      await keys.rotate();
      tell('keys.rotated', 'The next signing key became current; the one before stays published.');
    },

    faults: {
      add(input) {
        const { times, ...fault } = parseInput(faultSchema, input);
        faults.add(withoutUndefined(fault) as Fault, times);
      },
      list: () => faults.list(),
      clear: () => faults.clear(),
    },

    sessions: {
      list: (filter = {}) => store.sessions.list(withoutUndefined(parseInput(sessionFilterSchema, filter))),
      async end(id) {
        const session = await store.sessions.get(id);
        if (!session) throw new ControlError('not_found', `There is no session with the id ${id}.`);
        const now = clock.now();
        await store.sessions.end(id, now);
        await store.refreshTokens.revokeWhere({ userId: session.userId, sessionId: id }, 'the session was ended', now);
        tell('session.ended', `A session of user ${session.userId} was ended through the control API.`);
      },
    },

    families: {
      list: (filter = {}) => store.refreshTokens.list(withoutUndefined(parseInput(familyFilterSchema, filter))),
      async revoke(id) {
        const revoked = await store.refreshTokens.revokeFamily(id, 'revoked through the control API', clock.now());
        if (revoked) tell('refresh.revoked', `Refresh-token family ${id} was revoked through the control API.`);
        else if (!(await store.refreshTokens.has(id))) {
          throw new ControlError('not_found', `There is no refresh-token family with the id ${id}.`);
        }
        return revoked;
      },
    },

    async reset() {
      await events.flush();
      await store.clear();
      clock.reset();
      faults.clear();
      tenant.fixedCodes.clear();
      await seeder.seed(clock.now());
    },

    async exportData() {
      await events.flush();
      return { format: 'postern-tenant', version: 1, tables: await store.dump() };
    },

    async importData(data) {
      const { tables } = parseInput(importSchema, data);
      await events.flush();
      try {
        await store.load(tables);
      } catch (error) {
        throw new ControlError('invalid_request', 'The export cannot be read into this tenant; nothing was changed.', {
          cause: error,
        });
      }
      keys.reload();
      await reloadSettings();
    },

    signIn: (options) => signInWithoutPages(tenant, options),
    sessionState: (options) => createSessionState(tenant, options),
  };
}

/** The checks across a configuration: what an entry refers to must be there. */
function checkWhole(config: TenantConfig): void {
  try {
    validateConfig(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ControlError(
      'invalid_request',
      error.issues.map(({ path, message }) => `${path}: ${message}`).join('\n'),
      { cause: error },
    );
  }
}

function describe(wanted: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(withoutUndefined(wanted)).map(([name, value]) => `${name} "${value}"`);
  return members.length > 0 ? `with ${members.join(', ')} came` : 'came';
}
