/** @jest-environment jsdom */
const { act, cleanup, render, screen, fireEvent } = require('@testing-library/react');
const { createTestTenant } = require('@postern/tenant/testing');
const { useAuth0 } = require('postern');
const { Auth0TestProvider, createTestDevice } = require('postern/testing');
const { createElement } = require('react');

let tenant;
beforeAll(async () => {
  tenant = await createTestTenant();
});
afterAll(() => tenant.close());
afterEach(async () => {
  cleanup();
  await tenant.reset();
});

function App() {
  const { user, error, isLoading, authorize, getCredentials } = useAuth0();
  const attempt = (work) => () => work().catch(() => undefined);
  if (isLoading) return createElement('p', null, 'loading');
  return createElement(
    'div',
    null,
    createElement('h1', null, user ? `Hello ${user.name}` : 'nobody'),
    createElement('p', { role: 'status' }, error?.type ?? ''),
    createElement('button', { type: 'button', onClick: attempt(authorize) }, 'Sign in'),
    createElement('button', { type: 'button', onClick: attempt(getCredentials) }, 'Use'),
  );
}
const show = (props) => render(createElement(Auth0TestProvider, props, createElement(App)));
const press = async (name) => fireEvent.click(await screen.findByRole('button', { name }));

test('somebody who is signed in, without a tenant', async () => {
  show({ signedInAs: { sub: 'auth0|ann', name: 'Ann' } });
  await screen.findByText('Hello Ann');
});

test('a real login in a component', async () => {
  const user = await tenant.users.create({ name: 'Kim', mfa: true });
  show({ tenant, userAgent: { user, code: tenant.codesFor(user) } });
  await press('Sign in');
  await screen.findByText('Hello Kim');
});

test('expired and offline: the session stays', async () => {
  const user = await tenant.users.create({ name: 'Ann' });
  const device = createTestDevice({ tenant, userAgent: { user } });
  show({ tenant, device });
  await press('Sign in');
  await screen.findByText('Hello Ann');
  device.goOffline();
  tenant.clock.advance(90_000);
  await press('Use');
  await screen.findByText('NO_NETWORK');
  screen.getByText('Hello Ann');
  await act(async () => device.goOnline());
});

test('a page without an answer is named', async () => {
  const problems = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const user = await tenant.users.create({ mfa: true });
  show({ tenant, userAgent: { user } });
  await press('Sign in');
  await screen.findByText('UNKNOWN_ERROR');
  expect(problems).toHaveBeenCalledWith(expect.stringContaining('(/u/mfa/otp) asks for a code (otp)'));
  problems.mockRestore();
});
