const { createTestTenant } = require('@postern/tenant/testing');
const { createTestClient } = require('postern/testing');

/** Jest's own environment for Node. */
let tenant;
beforeAll(async () => {
  tenant = await createTestTenant();
});
afterAll(() => tenant.close());
afterEach(() => tenant.reset());

test('a real login with a second factor, a renewal at its time, a lost answer', async () => {
  const user = await tenant.users.create({ mfa: true });
  const { auth0 } = createTestClient({ tenant, userAgent: { user, code: tenant.codesFor(user) } });
  const first = await auth0.webAuth.authorize();
  expect(first.tokenType).toBe('DPoP');
  tenant.clock.advance(90_000);
  tenant.faults.dropNext();
  const second = await auth0.credentialsManager.getCredentials();
  expect(second.accessToken).not.toBe(first.accessToken);
});

test('errors have their codes', async () => {
  const user = await tenant.users.create();
  const { auth0 } = createTestClient({ tenant });
  const login = auth0.auth.passwordRealm({ username: user.email, password: 'wrong', realm: tenant.connection });
  await expect(login).rejects.toMatchObject({ code: 'invalid_grant' });
  await expect(tenant.users.create({ email: user.email })).rejects.toMatchObject({ code: 'conflict' });
  expect(() => tenant.clients.create({ clientId: tenant.clientId, name: 'x', type: 'spa' })).toThrow(/already/);
});

test('what is outside of the thread cannot be given to it', async () => {
  await expect(createTestTenant({ onError: () => undefined })).rejects.toThrow(/environment "node"/);
});
