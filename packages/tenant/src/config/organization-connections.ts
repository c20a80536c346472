import type { OrganizationConfig, OrganizationConnection } from './people-schema.ts';

export function settingsOf(named: string | OrganizationConnection): OrganizationConnection {
  return typeof named === 'string' ? { name: named, assignMembershipOnLogin: false, signup: false } : named;
}

/** What the organization has of a connection; undefined when nobody signs in to it that way. */
export function connectionOf({ connections }: OrganizationConfig, name: string): OrganizationConnection | undefined {
  return connections === undefined ? settingsOf(name) : connections.map(settingsOf).find((one) => one.name === name);
}
