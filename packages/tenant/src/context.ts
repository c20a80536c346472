import type { Actions } from './actions/actions.ts';
import type { Clock } from './clock.ts';
import type { Registry } from './config/registry.ts';
import type { Faults } from './control/faults.ts';
import type { FixedCodes } from './control/fixed-codes.ts';
import type { Outbox } from './delivery/outbox.ts';
import type { EventLog } from './events/event-log.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { Store } from './store/store.ts';
import type { PasswordHasher } from './users/password-hasher.ts';

/**
 * Everything a route, grant or page may use. Made once per tenant by `server.ts`; nothing else is shared, and nothing in
 * it but caches lives only in memory, so several processes on one database behave as one tenant.
 */
export interface TenantContext {
  /** Public base URL with a trailing slash, e.g. `http://localhost:4455/`; the `iss` of every token. Known once listening. */
  readonly issuer: string;
  /** The validated configuration, looked up by name: clients, APIs, connections, lifetimes, policies. */
  readonly registry: Registry;
  readonly store: Store;
  /** The tenant's own clock: the control API can stop it or move it. Never call `Date.now()` in the tenant. */
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly passwords: PasswordHasher;
  readonly outbox: Outbox;
  readonly events: EventLog;
  readonly faults: Faults;
  readonly fixedCodes: FixedCodes;
  /** The tenant's own rules; none unless configured. */
  readonly actions: Actions;
  /** Per-run secret that guards the control API and the dashboard. */
  readonly controlSecret: string;
  /** Keyed hash for CSRF tokens and cookie signatures; the same in every process on one database. */
  readonly mac: (purpose: string, value: string) => Promise<string>;
}
