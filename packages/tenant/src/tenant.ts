import type { JWK } from 'jose';
import { type ActionModule, collectActions } from './actions/actions.ts';
import { parseIssuer } from './config/issuer.ts';
import { createRegistry } from './config/registry.ts';
import { sampleConfig } from './config/sample.ts';
import type { TenantConfig, TenantConfigInput } from './config/schema.ts';
import { validateConfig } from './config/validate.ts';
import type { TenantContext } from './context.ts';
import { createControl, type TenantControl } from './control/control.ts';
import { createFaults } from './control/faults.ts';
import { createFixedCodes } from './control/fixed-codes.ts';
import { wasDropped } from './control/inject-faults.ts';
import { createDelivery } from './delivery/deliver.ts';
import { createOutbox } from './delivery/outbox.ts';
import { createEventLog } from './events/event-log.ts';
import { prepareTls, type Tls } from './https/server-certificate.ts';
import { createKeyRing } from './keys/key-ring.ts';
import { createMac } from './keys/mac.ts';
import { DEFAULT_PORT, type Listening, type ListenOptions, listenOn } from './listen.ts';
import { createApp } from './server.ts';
import { createSharedClock } from './shared-clock.ts';
import { openStore } from './store/open-store.ts';
import { createSecret } from './tokens/secret.ts';
import { createPasswordHasher, type PasswordHashing } from './users/password-hasher.ts';
import { createSeeder } from './users/seed.ts';

export interface TenantOptions {
  /** Folder that keeps the SQLite database. Default: in memory, gone when the tenant closes. */
  readonly dataDir?: string | undefined;
  /** `postgres://…` instead of SQLite; several tenants on one database behave as one. */
  readonly databaseUrl?: string | undefined;
  /** Public address, when the machine is reached under another one than `http://localhost:PORT/`. */
  readonly issuer?: string | undefined;
  /** The tenant's own rules, beside those of `actions.directory`, and after them. */
  readonly actions?: ActionModule | undefined;
  /** How new passwords are hashed. Default: `owasp`; the other is for tests and protects nothing. */
  readonly passwordHashing?: PasswordHashing | undefined;
  /** Private JWKs (RS256) that are still being made, in place of the configuration's `signingKeys`. */
  readonly signingKeys?: Promise<readonly JWK[]> | undefined;
  /** Told about failures inside the tenant. Default: `console.error`. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface Tenant {
  /** Starts answering over HTTP. Port: 4455, or a free one when that is taken; 0 for any. Host: loopback. */
  listen(options?: ListenOptions): Promise<{
    issuer: string;
    url: string;
    port: number;
    /** With `https: true`, path of the certificate that browsers, devices and `NODE_EXTRA_CA_CERTS` have to trust. */
    ca?: string;
  }>;
  /** Answers a request in-process, without a socket. A dropped answer rejects as a broken connection does. */
  fetch(request: Request): Promise<Response>;
  /** What a test may do: users, outbox, events, clock, keys, faults, reset, sign-in without pages. */
  readonly control: TenantControl;
  readonly context: TenantContext;
  /**
   * Lets running requests finish, then closes connections and database.
   *
   * @param last Run in between, when nothing changes any more (`() => tenant.control.exportData()`, say).
   */
  close(last?: () => Promise<void>): Promise<void>;
}

/** How often what nobody can use any more is deleted, in milliseconds. */
const SWEEP_EVERY = 600_000;
/** How long `close` waits for running requests, in milliseconds. */
const CLOSE_PATIENCE = 2_000;

/**
 * Makes a tenant: an Auth0-compatible identity provider for development and tests. Many can live in one process.
 *
 * @param config Clients, APIs, connections, users. Default: the sample.
 * @throws ConfigError when the configuration cannot be used.
 * @example
 * const tenant = await createTenant();
 * const { issuer } = await tenant.listen({ port: 0 });
 * // …
 * await tenant.close();
 */
export async function createTenant(
  config: TenantConfigInput = sampleConfig,
  options: TenantOptions = {},
): Promise<Tenant> {
  let closing: Promise<void> | undefined;
  // What the tenant still did in the background when it was closed is nobody's concern.
  const onError = (error: unknown) => {
    if (closing === undefined) (options.onError ?? console.error)(error);
  };
  let issuer = options.issuer === undefined ? undefined : parseIssuer(options.issuer);
  const checked = validateConfig(config);
  const scheme = checked.https === false ? 'http' : 'https';
  const currentIssuer = () => issuer ?? `${scheme}://localhost:${DEFAULT_PORT}/`;
  const registry = createRegistry(checked, currentIssuer);

  const store = await openStore(options);
  const sharedClock = createSharedClock(store, onError);
  const { clock } = sharedClock;
  const keys = createKeyRing({
    store,
    clock,
    issuer: currentIssuer,
    longestTokenLifetime: longestTokenLifetime(registry.config),
    configuredKeys: options.signingKeys ?? registry.config.signingKeys,
  });
  const passwords = createPasswordHasher(options.passwordHashing);
  const events = createEventLog(store, clock, onError);
  const delivery = createDelivery({ config: registry.config.delivery, store, events, onError });
  const outbox = createOutbox(store, clock, delivery);
  const seeder = createSeeder(store, registry, passwords);

  // The key is made on other threads while the rest goes on; only the first token waits for it.
  keys.prepareCurrent().catch(onError);
  const [{ mac, reload }, actions] = await Promise.all([
    createMac(store),
    readActions(registry.config, options.actions),
    sharedClock.load().then(() => seeder.seed(clock.now())),
  ]).catch(async (error) => {
    closing = store.close();
    await closing;
    throw error;
  });

  const context: TenantContext = {
    get issuer() {
      return currentIssuer();
    },
    registry,
    store,
    clock,
    keys,
    passwords,
    outbox,
    events,
    faults: createFaults(),
    fixedCodes: createFixedCodes(registry.config.users),
    actions,
    controlSecret: createSecret(),
    mac,
  };
  const reloadSettings = async () => {
    await Promise.all([reload(), sharedClock.load()]);
  };
  const control = createControl({ tenant: context, outbox, events, keys, seeder, reloadSettings });
  const app = createApp(context, control, onError);

  const answerOnTime = async (request: Request, env?: object): Promise<Response> => {
    await sharedClock.refresh();
    const response = await app.fetch(request, env);
    await sharedClock.saved();
    return response;
  };

  const running = new Set<Promise<unknown>>();
  const answer = async (request: Request, env?: object): Promise<Response> => {
    const response = answerOnTime(request, env);
    running.add(response);
    try {
      return await response;
    } finally {
      running.delete(response);
    }
  };

  const sweeping = setInterval(() => store.sweep(clock.now()).catch(onError), SWEEP_EVERY);
  sweeping.unref();
  delivery.resume().catch(onError);
  let listening: Listening | undefined;

  const close = async (last?: () => Promise<void>) => {
    clearInterval(sweeping);
    await Promise.race([
      Promise.allSettled(running),
      new Promise((resolve) => setTimeout(resolve, CLOSE_PATIENCE).unref()),
    ]);
    await listening?.close();
    await delivery.close();
    await Promise.all([events.flush(), sharedClock.saved()]);
    try {
      await last?.();
    } finally {
      await store.close();
    }
  };

  return {
    context,
    control,
    async listen(listenOptions = {}) {
      if (listening) throw new Error(`This tenant listens already, on port ${listening.port}.`);
      const { https } = registry.config;
      const tls: Tls | undefined =
        https === false
          ? undefined
          : await prepareTls(https, { host: listenOptions.host, issuer: options.issuer, dataDir: options.dataDir });
      listening = await listenOn(answer, listenOptions, tls);
      const { host, port } = listening;
      const url = `${tls === undefined ? 'http' : 'https'}://${urlHost(host)}:${port}/`;
      issuer ??= url;
      keys.prepareNext().catch(onError);
      return { issuer, url, port, ...(tls?.caPath === undefined ? {} : { ca: tls.caPath }) };
    },
    async fetch(request) {
      const response = await answer(request);
      if (wasDropped(response))
        throw new TypeError('fetch failed', { cause: new Error('The tenant closed the connection.') });
      return response;
    },
    close: (last) => {
      closing ??= close(last);
      return closing;
    },
  };
}

/** Loaded only where there are some, so that no start waits for it. */
async function readActions(config: TenantConfig, own: ActionModule | undefined) {
  const { directory } = config.actions;
  const loaded =
    directory === undefined ? [] : await (await import('./actions/load-actions.ts')).loadActions(directory);
  return collectActions([...loaded, ...(own === undefined ? [] : [{ ...own, name: 'of createTenant' }])]);
}

/** The name under which a bound address is reached from this machine. */
function urlHost(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function longestTokenLifetime(config: TenantConfig): number {
  const lifetimes = [
    ...config.apis.map((api) => api.tokenLifetime),
    ...config.clients.map((client) => client.idTokenLifetime),
  ];
  return Math.max(0, ...lifetimes) * 1000;
}
