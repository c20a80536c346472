import '../support/dom.ts';
import { createTestTenant, type TestTenant } from '@postern/tenant/testing';
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import { useAuth0 } from 'postern';
import { Auth0TestProvider, createScriptedUserAgent, createTestClient, createTestDevice } from 'postern/testing';
import { StrictMode } from 'react';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rejection } from '../support/rejection.ts';

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await createTestTenant();
});
afterAll(() => tenant.close());
afterEach(async () => {
  cleanup();
  await tenant.reset();
});

let auth0: ReturnType<typeof useAuth0>;
function App() {
  auth0 = useAuth0();
  const { user, isLoading } = auth0;
  const greeting = user ? `Hello ${user.givenName ?? user.email}` : 'nobody';
  return <p>{isLoading ? 'loading' : greeting}</p>;
}
const shown = (text: string) => waitFor(() => expect(document.body.textContent).toBe(text));

describe('Auth0TestProvider with signedInAs', () => {
  it('starts signed in, under StrictMode, without a request, and signs out', async () => {
    render(
      <StrictMode>
        <Auth0TestProvider signedInAs={{ sub: 'auth0|zoe', givenName: 'Zoë 😀', 'https://x.test/roles': ['admin'] }}>
          <App />
        </Auth0TestProvider>
      </StrictMode>,
    );
    await shown('Hello Zoë 😀');
    expect(auth0.user).toEqual({ sub: 'auth0|zoe', givenName: 'Zoë 😀', 'https://x.test/roles': ['admin'] });
    expect((await act(() => auth0.getCredentials())).accessToken).toBeTruthy();
    await act(() => auth0.clearSession());
    await shown('nobody');
  });

  it('two at once do not meet', async () => {
    const one = createTestClient({ signedInAs: { sub: 'auth0|one' } });
    const two = createTestClient({ signedInAs: { sub: 'auth0|two' } });
    const nobody = createTestClient();
    await Promise.all([one.started, two.started, nobody.started]);
    expect(one.auth0.session.getSnapshot().user?.sub).toBe('auth0|one');
    await one.auth0.credentialsManager.clearCredentials();
    expect(two.auth0.session.getSnapshot().user?.sub).toBe('auth0|two');
    expect(nobody.auth0.session.getSnapshot()).toMatchObject({ user: null, error: null, isLoading: false });
  });

  it('what needs a tenant says so', async () => {
    const { auth0: client } = createTestClient({ signedInAs: { sub: 'auth0|one' } });
    const failures = await Promise.all([
      rejection(client.webAuth.authorize()),
      rejection(client.auth.userInfo({ token: 'x' })),
      rejection(client.credentialsManager.getApiCredentials('https://other.test')),
    ]);
    for (const failure of failures) expect(`${failure.message} ${failure.cause}`).toMatch(/tenant/);
  });
});

describe('Auth0TestProvider with a tenant', () => {
  it('a real login, renewed when the clock says so, and none of it left after unmount', async () => {
    const ann = await tenant.users.create({ profile: { given_name: 'Ann' } });
    const { unmount } = render(
      <Auth0TestProvider tenant={tenant} userAgent={{ user: ann }} scope="openid profile read:things">
        <App />
      </Auth0TestProvider>,
    );
    await shown('nobody');
    const first = await act(() => auth0.authorize());
    await shown('Hello Ann');
    expect(first).toMatchObject({ tokenType: 'DPoP', scope: expect.stringContaining('read:things') });
    expect(await act(() => auth0.getCredentials())).toEqual(first);
    tenant.clock.advance(86_460);
    tenant.faults.dropNext('/oauth/token');
    expect((await act(() => auth0.getCredentials())).accessToken).not.toBe(first.accessToken);
    unmount();
    render(
      <Auth0TestProvider tenant={tenant}>
        <App />
      </Auth0TestProvider>,
    );
    await shown('nobody');
  });

  it('a device keeps its session over a restart, and offline; online again it renews', async () => {
    const ann = await tenant.users.create();
    const device = createTestDevice({ tenant, userAgent: { user: ann } });
    const { auth0: before, dispose } = createTestClient({ tenant, device });
    const { accessToken } = await before.webAuth.authorize();
    dispose();
    device.goOffline();
    tenant.clock.advance(90_000);
    const again = device.restart();
    render(
      <Auth0TestProvider tenant={tenant} device={again}>
        <App />
      </Auth0TestProvider>,
    );
    await shown(`Hello ${ann.email}`);
    expect((await act(() => rejection(auth0.getCredentials()))).type).toBe('NO_NETWORK');
    expect((await act(() => rejection(auth0.authorize()))).type).toBe('NETWORK_ERROR');
    const [last] = await tenant.events.list({ limit: 1 });
    await act(async () => again.goOnline());
    // The app is told, and renews by itself.
    await tenant.events.waitFor({ type: 'token.issued', afterId: last?.id ?? 0 });
    expect((await act(() => auth0.getCredentials())).accessToken).not.toBe(accessToken);
    expect(screen.getByText(`Hello ${ann.email}`)).toBeTruthy();
  });

  it('goes by the time of the tenant', async () => {
    tenant.clock.stop(new Date('2040-05-06T00:00:00Z'));
    const ann = await tenant.users.create();
    const { auth0: client } = createTestClient({ tenant, userAgent: { user: ann } });
    const { expiresAt } = await client.webAuth.authorize();
    expect(new Date(expiresAt * 1000).toISOString()).toBe('2040-05-07T00:00:00.000Z');
  });

  it('takes a person as well as their answers', async () => {
    const ann = await tenant.users.create({ mfa: true });
    const person = createScriptedUserAgent({ user: ann }, { onProblem: () => undefined });
    render(
      <Auth0TestProvider tenant={tenant} userAgent={person}>
        <App />
      </Auth0TestProvider>,
    );
    await shown('nobody');
    const failure = await act(() => rejection(auth0.authorize()));
    expect(failure.message).toContain('(/u/mfa/otp) asks for a code');
    expect(auth0.error).toBe(failure);
    person.answer({ code: tenant.codesFor(ann) });
    await act(() => auth0.authorize());
    await shown(`Hello ${ann.email}`);
  });
});
