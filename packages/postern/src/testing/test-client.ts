import { Auth0 } from '../auth0.ts';
import type { TestDevice } from './test-device.ts';
import { readTestOptions, type TestOptions } from './test-options.ts';

export interface TestClient extends Disposable {
  readonly auth0: Auth0;
  /** Give it to `Auth0TestProvider` to go on there. */
  readonly device: TestDevice;
  /** Resolves when it is known whether somebody is signed in. */
  readonly started: Promise<void>;
  dispose(): void;
}

/**
 * A client for tests without React, on a device of its own.
 *
 * @example
 * const { auth0 } = createTestClient({ tenant, userAgent: { user: ann } });
 * const { accessToken } = await auth0.webAuth.authorize();
 */
export function createTestClient(options: TestOptions = {}): TestClient {
  const { clientOptions, open } = readTestOptions(options);
  const device = open();
  const auth0 = new Auth0({ ...clientOptions, platform: device.platform });
  const dispose = () => auth0.session.dispose();
  return { auth0, device, started: auth0.session.start(), dispose, [Symbol.dispose]: dispose };
}
