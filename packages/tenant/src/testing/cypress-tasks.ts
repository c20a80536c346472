/**
 * The Node side of Cypress: a tenant for the run, and tasks that reach it. See docs/testing.md.
 *
 * @module
 */
import type { StorageState } from '../control/sign-in.ts';
import { createTestTenant } from './create-test-tenant.ts';
import type { PosternLogin } from './cypress.ts';
import type { TestTenant, TestTenantOptions } from './test-tenant.ts';

/** What `setupNodeEvents` is given, as far as it is needed. */
export interface CypressEvents {
  (event: 'task', tasks: Record<string, (argument: unknown) => unknown>): unknown;
  (event: 'after:run', action: () => Promise<void>): unknown;
}

/** The way to a member of the tenant, and what to give it: `{ call: 'users.create', with: [{ name: 'Ann' }] }`. */
export interface PosternCall {
  readonly call: string;
  readonly with?: readonly unknown[];
}

/** Members that a spec may use; each has one home in `TestTenant`. */
const callable = /^(users|clients|apis|clock|faults|outbox|events|mfa)\.\w+$|^(rotateKeys|storageState|signIn|reset)$/;

/**
 * Starts a tenant and registers the tasks that `cy.postern` and `cy.loginWithPostern` need. It ends with the run.
 *
 * @returns the tenant, for `tenant.origin`: serve the app with it as its `domain`.
 * @example
 * // cypress.config.ts
 * export default defineConfig({
 *   e2e: {
 *     async setupNodeEvents(on, config) {
 *       const tenant = await registerPostern(on);
 *       await startApp({ domain: tenant.origin });
 *       return config;
 *     },
 *   },
 * });
 */
export async function registerPostern(on: CypressEvents, options: TestTenantOptions = {}): Promise<TestTenant> {
  const tenant = await createTestTenant(options);
  on('task', {
    'postern:tenant': () => {
      const { origin, issuer, clientId, audience, connection } = tenant;
      return { origin, issuer, clientId, audience, connection };
    },
    'postern:signedIn': (user) => signIn(tenant, user as PosternLogin),
    'postern:isSignedIn': (state) => tenant.isSignedIn(state as StorageState),
    'postern:call': (call) => run(tenant, call as PosternCall),
  });
  on('after:run', () => tenant.close());
  return tenant;
}

/** Cookies of somebody who is created when nobody has that address yet: another spec may have signed them in before. */
async function signIn(tenant: TestTenant, user: PosternLogin): Promise<StorageState> {
  if (typeof user === 'string') return tenant.storageState(user);
  const address = user.email.toLowerCase();
  const there = (await tenant.users.list({ search: address })).some(({ email }) => email === address);
  if (!there) await tenant.users.create(user);
  return tenant.storageState(user.email);
}

async function run(tenant: TestTenant, { call, with: args = [] }: PosternCall): Promise<unknown> {
  if (!callable.test(call))
    throw new Error(
      `cy.postern cannot call "${call}". It reaches users, clients, apis, clock, faults, outbox, events, mfa, rotateKeys, storageState, signIn and reset, as 'users.create'.`,
    );
  const [name = '', group] = call.split('.').reverse();
  const owner: object = group === undefined ? tenant : Reflect.get(tenant, group);
  const member: unknown = Reflect.get(owner, name);
  const value: unknown = typeof member === 'function' ? await Reflect.apply(member, owner, args) : member;
  // Cypress takes `undefined` for a task that forgot to answer.
  return value ?? null;
}
