/**
 * Tests of apps, without a mock and without a browser (see docs/testing.md). Needs no tenant by itself;
 * `@postern/tenant/testing` has one that starts in a moment.
 *
 * @module
 */
export { Auth0TestProvider, type Auth0TestProviderProps } from './testing/auth0-test-provider.tsx';
export * from './testing-core.ts';
