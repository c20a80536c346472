import { explainUnknownOrganization, findOrganization } from '../../organizations/membership.ts';
import { type Check, RedirectError } from './request.ts';

/** `organization` is an id or, where allowed, a name; an `invitation` is to one of them. */
export const checkOrganization: Check = ({ tenant, client, sent }) => {
  const { organization: named, invitation } = sent;
  if (named === undefined) {
    if (invitation === undefined) return {};
    throw new RedirectError('invalid_request', 'parameter invitation requires the parameter organization');
  }
  const organization = findOrganization(tenant, named);
  if (organization === undefined) {
    throw new RedirectError('invalid_request', 'parameter organization is invalid', {
      explanation: explainUnknownOrganization(tenant, client.clientId, named),
    });
  }
  return { organizationId: organization.id, invitation };
};
