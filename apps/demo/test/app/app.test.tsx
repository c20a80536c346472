import './dom.ts';
import { createTestTenant, type TestTenant } from '@postern/tenant/testing';
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { Auth0TestProvider, createTestDevice, type TestDevice } from 'postern/testing';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiProvider } from '../../src/api-provider.tsx';
import { config } from '../../src/config.ts';
import { returnToOf } from '../../src/return-to.ts';
import { routes } from '../../src/routes.tsx';
import { page } from './dom.ts';
import { startApi } from './start-api.ts';

let tenant: TestTenant;
let api: Awaited<ReturnType<typeof startApi>>;

beforeAll(async () => {
  tenant = await createTestTenant({
    clientId: config.clientId,
    audience: config.audience,
    scopes: ['read:notes', 'write:notes'],
  });
  api = await startApi(tenant);
  // The page and its API have one origin, as behind the proxy.
  page.happyDOM.setURL(`${api.url}/`);
});
afterAll(async () => {
  await api.close();
  await tenant.close();
});
afterEach(async () => {
  cleanup();
  await tenant.reset();
});

/** The whole app, on a device, at an address. */
function open(path: string, device: TestDevice) {
  const router = createMemoryRouter(routes, { initialEntries: [path] });
  return render(
    <Auth0TestProvider
      tenant={tenant}
      device={device}
      audience={config.audience}
      scope={config.scope}
      onRedirectCallback={(appState) => router.navigate(returnToOf(appState))}
    >
      <ApiProvider>
        <RouterProvider router={router} />
      </ApiProvider>
    </Auth0TestProvider>,
  );
}

const press = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const main = () => within(screen.getByRole('main'));

async function openSignedIn(path: string) {
  const ann = await tenant.users.create({ profile: { nickname: 'ann' } });
  const device = createTestDevice({ tenant, userAgent: { user: ann } });
  open(path, device);
  await press('Sign in to continue');
  return { ann, device };
}

describe('the demo, tested as an app is', () => {
  it('a deep link leads through the login to the page behind the door, whose API takes the bound token', async () => {
    const { device } = await openSignedIn('/notes?filter=milk');
    await screen.findByText('No notes yet. Write the first one.');
    expect(device.userAgent.pages).toEqual(['/u/login']);
    type('New note', 'Buy milk');
    await press('Add note');
    await screen.findByText('Buy milk');
  });

  it('people see their own notes only', async () => {
    await openSignedIn('/notes');
    await screen.findByText('No notes yet. Write the first one.');
  });

  it('a token that has expired is renewed before it is used, also when the first answer gets lost', async () => {
    const { ann } = await openSignedIn('/tokens');
    await press('Use the access token');
    await screen.findByText(/Used: the API answered with 0 notes/);
    tenant.clock.advance(2 * 86_400);
    tenant.faults.dropNext();
    await press('Use the access token');
    await waitFor(() => expect(screen.getAllByText(/Used: the API answered/)).toHaveLength(2));
    const renewed = await tenant.events.list({ type: 'token.issued' });
    expect(renewed.filter(({ userId }) => userId === ann.id).length).toBeGreaterThan(1);
  });

  it('offline a token that has expired cannot be renewed, and nobody is signed out', async () => {
    const { device } = await openSignedIn('/tokens');
    await screen.findByText('Access token');
    tenant.clock.advance(2 * 86_400);
    device.goOffline();
    await press('Use the access token');
    await screen.findByText(/\(NO_NETWORK\)/);
    screen.getByRole('button', { name: 'Sign out' });
    device.goOnline();
    await press('Use the access token');
    await screen.findByText(/Used: the API answered/);
  });

  it('the tenant’s refusal is told in its words, and ends the session', async () => {
    const { ann } = await openSignedIn('/tokens');
    await screen.findByText('Access token');
    await tenant.users.revoke(ann.id);
    await press('Refresh now');
    await screen.findByRole('button', { name: 'Sign in to continue' });
    expect(screen.getByRole('alert').textContent).toMatch(/refresh token/i);
  });

  it('signing out and in again asks again', async () => {
    const { device } = await openSignedIn('/notes');
    await screen.findByText('No notes yet. Write the first one.');
    await press('Sign out');
    await press('Sign in to continue');
    await screen.findByLabelText('New note');
    expect(device.userAgent.pages).toEqual(['/u/login', '/u/login']);
  });

  it('a login that the person gives up leaves the page as it was, with a message', async () => {
    const device = createTestDevice({ tenant, userAgent: { closeAt: 'login' } });
    open('/notes', device);
    await press('Sign in to continue');
    expect((await screen.findByRole('alert')).textContent).toContain('The person closed the window.');
    await screen.findByRole('button', { name: 'Sign in to continue' });
  });
});

describe('second factors, in the app’s own form', () => {
  it('asks for the code of the app', async () => {
    const kim = await tenant.users.create({ mfa: true, profile: { nickname: 'kim' } });
    open('/ways-in', createTestDevice({ tenant }));
    await screen.findByLabelText('Password');
    type('E-mail address', kim.email);
    type('Password', kim.password);
    await press('Log in');
    fireEvent.click(await screen.findByRole('button', { name: /^Authenticator app/ }));
    await main().findByLabelText('Code');
    type('Code', await tenant.mfa.totpCode(kim.id));
    await press('Go on');
    await screen.findByRole('heading', { name: 'You are in, kim' });
  });

  it('and on the hosted pages, by the person', async () => {
    const kim = await tenant.users.create({ mfa: true });
    const device = createTestDevice({ tenant, userAgent: { user: kim, code: tenant.codesFor(kim) } });
    open('/notes', device);
    await press('Sign in to continue');
    await screen.findByLabelText('New note');
    expect(device.userAgent.pages).toEqual(['/u/login', '/u/mfa/otp']);
  });
});

describe('without a tenant', () => {
  it.each([
    ['/', 'Postern demo'],
    ['/notes', 'Notes · Postern demo'],
    ['/ways-in', 'Ways in · Postern demo'],
    ['/ways-in/sms', 'Login by text message · Postern demo'],
    ['/nowhere', 'No such page · Postern demo'],
  ])('the tab of %s is called “%s”, and what comes next is another', async (path, title) => {
    const router = createMemoryRouter(routes, { initialEntries: [path] });
    render(
      <Auth0TestProvider>
        <RouterProvider router={router} />
      </Auth0TestProvider>,
    );
    await waitFor(() => expect(document.title).toBe(title));
    await act(() => router.navigate('/ways-in/forgot'));
    expect(document.title).toBe('Forgot password · Postern demo');
  });

  it('a page is shown to somebody who is signed in', async () => {
    const router = createMemoryRouter(routes, { initialEntries: ['/profile'] });
    render(
      <Auth0TestProvider signedInAs={{ sub: 'auth0|ann', name: 'Ann', email: 'ann@example.com', emailVerified: true }}>
        <RouterProvider router={router} />
      </Auth0TestProvider>,
    );
    await screen.findByRole('heading', { name: 'Ann' });
    screen.getByText('verified');
  });
});
