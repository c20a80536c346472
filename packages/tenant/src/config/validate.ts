import { ConfigError } from './config-error.ts';
import { crossCheck } from './cross-checks.ts';
import { explainIssue } from './explain-issue.ts';
import { DEFAULT_CONNECTION } from './sample.ts';
import { type TenantConfig, type TenantConfigInput, tenantSchema } from './schema.ts';

/**
 * Checks a configuration and fills in its defaults. Without `connections` the tenant has one database,
 * `Username-Password-Authentication`.
 *
 * @param input What a person wrote, of any type.
 * @param source Named in the error, e.g. the file's name.
 * @throws ConfigError with every issue: path, what is wrong, what is allowed.
 * @example validateConfig({ clients: [{ clientId: 'web', name: 'Web', type: 'spa', allowLoopbackCallbacks: true }] })
 */
export function validateConfig(input: unknown, source?: string): TenantConfig {
  const result = tenantSchema.safeParse(withDefaultConnection(input));
  const named = source === undefined ? {} : { source };
  if (!result.success) {
    const issues = result.error.issues.flatMap((issue) => explainIssue(issue, tenantSchema, input));
    throw new ConfigError(issues, named);
  }
  const issues = crossCheck(result.data);
  if (issues.length > 0) throw new ConfigError(issues, named);
  return result.data;
}

function withDefaultConnection(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || 'connections' in input) return input;
  return { ...input, connections: [{ name: DEFAULT_CONNECTION, strategy: 'auth0' }] } satisfies TenantConfigInput;
}
