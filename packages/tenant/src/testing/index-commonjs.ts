/**
 * What `@postern/tenant/testing` is to those who `require` it, as Jest does: the tenant runs on a thread of its own.
 *
 * @module
 */
export type { AskedCode } from './answer-codes.ts';
export { createRemoteTenant as createTestTenant } from './remote-tenant.ts';
export type { TestClock } from './test-clock.ts';
export type { TestAppOptions, TestDatabaseOptions } from './test-config.ts';
export type { TestFaults } from './test-faults.ts';
export type { TestOutbox } from './test-outbox.ts';
export type { TestTenant, TestTenantOptions } from './test-tenant.ts';
export { type TestUser, type TestUserInput, type TestUsers, testPassword } from './test-users.ts';
