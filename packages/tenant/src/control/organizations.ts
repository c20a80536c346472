import type { z } from 'zod';
import type { TenantContext } from '../context.ts';
import { createInvitation } from '../organizations/invitations.ts';
import { findOrganization } from '../organizations/membership.ts';
import { ControlError } from './control-error.ts';
import { invitationSchema, parseInput } from './input.ts';

/** The parameters of `/authorize` that an invitation consists of. */
export interface Invitation {
  readonly organization: string;
  readonly invitation: string;
  /** `loginUri` with both parameters, as an invitation mail links to. */
  readonly invitationUrl?: string;
}

export interface OrganizationControl {
  /**
   * Whoever signs in with the invitation becomes a member; with `email` only a person with that verified address. It is
   * good once, for seven days.
   * @throws ControlError `not_found`
   */
  invite(options: z.input<typeof invitationSchema>): Promise<Invitation>;
}

export function createOrganizationControl(tenant: TenantContext): OrganizationControl {
  return {
    async invite(options) {
      const { organization: named, email, loginUri } = parseInput(invitationSchema, options);
      const organization = findOrganization(tenant, named);
      if (organization === undefined) throw new ControlError('not_found', `There is no organization "${named}".`);
      const invitation = await createInvitation(tenant, { organizationId: organization.id, email });
      tenant.events.record({
        type: 'organization.invited',
        outcome: 'success',
        sentence: `${email ?? 'Somebody'} was invited to the organization ${organization.id} through the control API.`,
        details: { organization: organization.id },
      });
      const answer = { organization: organization.id, invitation };
      if (loginUri === undefined) return answer;
      const url = new URL(loginUri);
      for (const [name, value] of Object.entries({ ...answer, organization_name: organization.name })) {
        url.searchParams.set(name, value);
      }
      return { ...answer, invitationUrl: url.href };
    },
  };
}
