import { settingsOf } from './organization-connections.ts';
import { allowed, checkUnique, type Report } from './report.ts';
import type { TenantConfig } from './schema.ts';

export function checkOrganizations({ organizations, connections }: TenantConfig, report: Report): void {
  checkUnique(
    organizations.map(({ id }) => id),
    'organizations',
    'id',
    report,
  );
  checkUnique(
    organizations.map(({ name }) => name),
    'organizations',
    'name',
    report,
  );
  const names = connections.map(({ name }) => name);
  for (const [index, organization] of organizations.entries()) {
    for (const [position, named] of (organization.connections ?? []).entries()) {
      const path = `organizations[${index}].connections[${position}]`;
      const { name, assignMembershipOnLogin, signup } = settingsOf(named);
      const strategy = connections.find((one) => one.name === name)?.strategy;
      if (strategy === undefined) report(path, `there is no connection "${name}"; ${allowed(names)}`);
      if (!signup) continue;
      if (!assignMembershipOnLogin) report(`${path}.signup`, 'needs assignMembershipOnLogin beside it');
      if (strategy !== 'auth0') report(`${path}.signup`, 'is for databases; elsewhere the first login is the sign-up');
    }
  }
}

/** Permissions name scopes of APIs, and users name roles: a typing error in either would silently take a right away. */
export function checkPermissions({ users, roles, apis }: TenantConfig, report: Report): void {
  checkUnique(
    roles.map(({ name }) => name),
    'roles',
    'name',
    report,
  );
  const roleNames = roles.map(({ name }) => name);
  const checkEach = (granted: Readonly<Record<string, readonly string[]>>, path: string) => {
    for (const [identifier, scopes] of Object.entries(granted)) {
      const api = apis.find((one) => one.identifier === identifier);
      if (api === undefined) {
        report(path, `there is no API "${identifier}"; ${allowed(apis.map((one) => one.identifier))}`);
        continue;
      }
      for (const scope of scopes) {
        if (!api.scopes.includes(scope)) {
          report(path, `the API "${identifier}" has no scope "${scope}"; ${allowed(api.scopes)}`);
        }
      }
    }
  };
  for (const [index, role] of roles.entries()) checkEach(role.permissions, `roles[${index}].permissions`);
  for (const [index, user] of users.entries()) {
    checkEach(user.permissions, `users[${index}].permissions`);
    for (const name of user.roles) {
      if (!roleNames.includes(name))
        report(`users[${index}].roles`, `there is no role "${name}"; ${allowed(roleNames)}`);
    }
  }
}
