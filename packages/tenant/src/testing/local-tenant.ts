import { loginOf } from '../sessions/browser-session.ts';
import { cookieName } from '../sessions/cookies.ts';
import { createTenant } from '../tenant.ts';
import { answerCodes } from './answer-codes.ts';
import { sharedKeys } from './shared-keys.ts';
import { createTestClock } from './test-clock.ts';
import { createTestConfig, defaults } from './test-config.ts';
import { createTestFaults } from './test-faults.ts';
import { createTestOutbox } from './test-outbox.ts';
import type { TestTenant, TestTenantOptions } from './test-tenant.ts';
import { createTestUsers, type TestUser } from './test-users.ts';

/** In this process, as `createTenant` does. */
export async function createLocalTenant(options: TestTenantOptions = {}): Promise<TestTenant> {
  const { actions, onError, host, port = 0, now } = options;
  const configuration = createTestConfig(options);
  const tenant = await createTenant(configuration, {
    passwordHashing: 'fast-for-tests',
    actions,
    onError,
    ...(configuration.signingKeys === undefined ? { signingKeys: sharedKeys() } : {}),
  });
  const { control, context } = tenant;
  const orClose = async (error: unknown) => {
    await tenant.close();
    throw error;
  };
  const { issuer, url } = await tenant.listen({ host, port }).catch(orClose);
  const [client] = context.registry.config.clients;
  const [api] = context.registry.config.apis;
  const connection = context.registry.defaultDatabase()?.name ?? '';
  const outbox = createTestOutbox(control);
  const clock = createTestClock(control);
  const users = createTestUsers(control, connection);

  const populate = async () => {
    if (now !== undefined) clock.stop(now);
    const created: TestUser[] = [];
    for (const user of options.users ?? []) created.push(await users.create(user));
    return created;
  };
  let people = await populate().catch(orClose);
  const idOf = (user: string | { readonly id: string }) => (typeof user === 'string' ? user : user.id);

  return {
    origin: new URL(url).origin,
    issuer,
    clientId: client?.clientId ?? defaults.clientId,
    audience: api?.identifier ?? defaults.audience,
    connection,
    users,
    get people() {
      return people;
    },
    clients: { create: (input) => control.addClient(input) },
    apis: { create: (input) => control.addApi(input) },
    clock,
    faults: createTestFaults(control),
    outbox,
    events: control.events,
    mfa: control.mfa,
    rotateKeys: () => control.rotateKeys(),
    codesFor: (user) => answerCodes(control, outbox, user),
    signIn: (user, given = {}) =>
      control.signIn({
        user: idOf(user),
        ...(client === undefined ? {} : { clientId: client.clientId }),
        ...(api === undefined ? {} : { audience: api.identifier }),
        ...given,
      }),
    storageState: (user, { mfa = false } = {}) => control.sessionState({ user: idOf(user), mfa }),
    async isSignedIn({ cookies }) {
      const sessionCookie = cookieName(context, 'session');
      const value = cookies.find(({ name }) => name === sessionCookie)?.value;
      return value !== undefined && (await loginOf(context, value)) !== undefined;
    },
    control,
    async reset() {
      await control.reset();
      outbox.forget();
      users.forget();
      clock.reset();
      people = await populate();
    },
    close: () => tenant.close(),
    [Symbol.asyncDispose]: () => tenant.close(),
  };
}
