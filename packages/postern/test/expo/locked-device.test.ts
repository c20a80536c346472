import { expect, it } from 'vitest';
import { Auth0 } from '../../src/auth0.ts';
import type { Auth0Options } from '../../src/types/options.ts';
import { createPhone, fault, type Phone } from '../support/phone.ts';
import { rejection } from '../support/rejection.ts';
import { settled } from '../support/world.ts';

/** The system may start an app (a push message, a place) before the phone was unlocked for the first time. */

const payload = Buffer.from(JSON.stringify({ sub: 'auth0|1', name: 'Zoë 山田 😀' })).toString('base64url');
const credentials = { accessToken: 'a', tokenType: 'Bearer' as const, idToken: `e30.${payload}.x`, expiresAt: 4e9 };
const options: Auth0Options = { domain: 'tenant.example.com', clientId: 'phone', useDPoP: false };

const open = (phone: Phone, more: Partial<Auth0Options> = {}) =>
  new Auth0({ ...options, ...more, platform: phone.start({ ...options, ...more }) });

async function signedInPhone(system: 'ios' | 'android'): Promise<Phone> {
  const phone = createPhone(system);
  await open(phone).credentialsManager.saveCredentials(credentials);
  return phone;
}

function lock(phone: Phone): void {
  phone.onRead = () => {
    throw fault('ERR_KEY_CHAIN', 'User interaction is not allowed.');
  };
}

function unlock(phone: Phone): void {
  phone.onRead = () => undefined;
}

/** The system starts the app where nobody sees it. */
function lockAndStart(phone: Phone): void {
  lock(phone);
  phone.setAppState('background');
}

function comeToTheForeground(phone: Phone): void {
  phone.setAppState('active');
}

it.each(['ios', 'android'] as const)('%s: the person is shown when the app comes to the foreground', async (system) => {
  const phone = await signedInPhone(system);
  lockAndStart(phone);
  const { session } = open(phone);
  await session.start();
  expect(session.getSnapshot()).toMatchObject({ user: null, isLoading: false, error: { type: 'STORE_FAILED' } });
  comeToTheForeground(phone);
  await settled();
  expect(session.getSnapshot()).toMatchObject({ user: null, error: { type: 'STORE_FAILED' } });
  unlock(phone);
  phone.setAppState('background');
  comeToTheForeground(phone);
  await expect.poll(() => session.getSnapshot().user?.name).toBe('Zoë 山田 😀');
  expect(session.getSnapshot()).toMatchObject({ error: null, isLoading: false });
});

it('with a prompt before the session, it is asked then', async () => {
  const phone = await signedInPhone('ios');
  lockAndStart(phone);
  const { session } = open(phone, { localAuthenticationOptions: { title: 'Unlock' } });
  await session.start();
  expect(phone.prompts).toEqual([]);
  unlock(phone);
  phone.finger = () => ({ success: false, error: 'user_cancel' });
  comeToTheForeground(phone);
  await expect.poll(() => session.getSnapshot().error?.type).toBe('BIOMETRICS_FAILED');
  expect(session.getSnapshot().user).toBeNull();
  expect(phone.prompts).toHaveLength(1);
  // Once refused it is for the person to try again.
  phone.setAppState('background');
  comeToTheForeground(phone);
  await settled();
  expect(phone.prompts).toHaveLength(1);
});

it('iOS: React Native goes on with the empty settings it read at the start, and no session is lost by that', async () => {
  const phone = await signedInPhone('ios');
  // NSUserDefaults cannot be read before the first unlock either; what was read at the start stays for the process.
  phone.settings.clear();
  lock(phone);
  const locked = open(phone);
  expect(await rejection(locked.credentialsManager.getCredentials())).toMatchObject({ type: 'STORE_FAILED' });
  unlock(phone);
  expect(await locked.credentialsManager.getCredentials()).toMatchObject({ accessToken: 'a' });
});
