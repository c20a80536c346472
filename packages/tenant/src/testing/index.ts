/**
 * A tenant for the tests of an app: its own port, data, time and people, ready in a moment. See docs/testing.md.
 *
 * @module
 */
export type { AskedCode } from './answer-codes.ts';
export { createTestTenant } from './create-test-tenant.ts';
export type { TestClock } from './test-clock.ts';
export type { TestAppOptions, TestDatabaseOptions } from './test-config.ts';
export type { TestFaults } from './test-faults.ts';
export type { TestOutbox } from './test-outbox.ts';
export type { TestTenant, TestTenantOptions } from './test-tenant.ts';
export { type TestUser, type TestUserInput, type TestUsers, testPassword } from './test-users.ts';
