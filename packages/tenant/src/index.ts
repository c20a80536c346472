export { ConfigError, type ConfigIssue } from './config/config-error.ts';
export { sampleConfig } from './config/sample.ts';
export type { TenantConfig, TenantConfigInput } from './config/schema.ts';
export { validateConfig } from './config/validate.ts';
export type { TenantContext } from './context.ts';
export type { ListenOptions } from './listen.ts';
export { createTenant, type Tenant, type TenantOptions } from './tenant.ts';
