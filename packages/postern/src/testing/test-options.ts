import type { Auth0Options } from '../types/index.ts';
import { type SignedInUser, storeSession } from './signed-in.ts';
import { createTestDevice, type SeededDevice, type TestDevice, type TestDeviceOptions } from './test-device.ts';

/** Options of a client under test: those of the app, and where and by whom it is used. */
export interface TestOptions extends Partial<Omit<Auth0Options, 'platform'>>, TestDeviceOptions {
  /** Starts signed in as this user, without a tenant and without any request. Tokens are made up: no API takes them. */
  readonly signedInAs?: SignedInUser;
  /** A device of before: its storage is found as it was left. */
  readonly device?: TestDevice;
}

/** A domain that cannot exist (RFC 2606), for clients without a tenant. */
const NOWHERE = 'tenant.invalid';

export function readTestOptions({ tenant, userAgent, url, signedInAs, device, ...options }: TestOptions) {
  const clientOptions: Auth0Options = {
    domain: tenant?.origin ?? NOWHERE,
    clientId: tenant?.clientId ?? 'test-app',
    ...(tenant?.audience === undefined ? {} : { audience: tenant.audience }),
    // Kept on the device: a session is found again after a restart, and by the provider after a login of the test's.
    cacheLocation: 'localstorage',
    ...options,
  };
  const open = (): TestDevice => {
    if (device) return device;
    const made: SeededDevice = createTestDevice({
      ...(tenant && { tenant }),
      ...(userAgent && { userAgent }),
      ...(url !== undefined && { url }),
    });
    if (signedInAs) made.seed((platform) => storeSession(clientOptions, signedInAs, platform));
    return made;
  };
  return { clientOptions, open };
}
