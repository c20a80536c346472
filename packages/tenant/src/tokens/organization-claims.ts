import type { TenantContext } from '../context.ts';
import type { Subject } from './subject.ts';

/** The same in ID tokens and access tokens. The name goes with it where requests may use names. */
export function organizationClaims(
  tenant: TenantContext,
  { organization }: Subject,
): { readonly org_id?: string; readonly org_name?: string } {
  if (organization === undefined) return {};
  const { id, name } = organization;
  return tenant.registry.config.allowOrganizationNames ? { org_id: id, org_name: name } : { org_id: id };
}
