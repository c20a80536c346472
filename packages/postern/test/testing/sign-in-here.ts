import { createTestTenant } from '@postern/tenant/testing';
import { createTestClient } from 'postern/testing';
import { expect } from 'vitest';
import { rejection } from '../support/rejection.ts';

/** The whole way, in whatever surroundings: a login with a second factor, a renewal, a lost answer, a sign-out. */
export async function signInHere(): Promise<void> {
  await using tenant = await createTestTenant();
  const user = await tenant.users.create({ mfa: true });
  const { auth0, device } = createTestClient({ tenant, userAgent: { user, code: tenant.codesFor(user) } });
  const first = await auth0.webAuth.authorize();
  expect(first.tokenType).toBe('DPoP');
  tenant.clock.advance(90_000);
  tenant.faults.dropNext();
  const second = await auth0.credentialsManager.getCredentials();
  expect(second.accessToken).not.toBe(first.accessToken);
  expect(second.expiresAt - first.expiresAt).toBeGreaterThanOrEqual(90_000);
  device.goOffline();
  const offline = await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true));
  expect(offline).toMatchObject({ type: 'NO_NETWORK' });
  device.goOnline();
  await auth0.webAuth.clearSession();
  expect(auth0.session.getSnapshot().user).toBeNull();
}
