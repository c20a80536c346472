/**
 * Tests of apps, without a mock and without a browser (see docs/testing.md). Needs no tenant by itself;
 * `@postern/tenant/testing` has one that starts in a moment.
 *
 * @module
 */
export { ScriptedUserAgentError } from './testing/answer-page.ts';
export type { Answers, AskedCode, PageName } from './testing/answers.ts';
export { Auth0TestProvider, type Auth0TestProviderProps } from './testing/auth0-test-provider.tsx';
export {
  createScriptedUserAgent,
  type ScriptedUserAgent,
  type ScriptedUserAgentOptions,
} from './testing/scripted-user-agent.ts';
export type { SignedInUser } from './testing/signed-in.ts';
export { createTestClient, type TestClient } from './testing/test-client.ts';
export {
  createTestDevice,
  type TenantUnderTest,
  type TestDevice,
  type TestDeviceOptions,
} from './testing/test-device.ts';
export type { TestOptions } from './testing/test-options.ts';
