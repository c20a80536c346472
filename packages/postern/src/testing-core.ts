/**
 * Tests of what has no React: `postern/testing` without its provider.
 *
 * @module
 */
export { ScriptedUserAgentError } from './testing/answer-page.ts';
export type { Answers, AskedCode, PageName } from './testing/answers.ts';
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
