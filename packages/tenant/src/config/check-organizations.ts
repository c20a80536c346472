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
    for (const [position, name] of (organization.connections ?? []).entries()) {
      if (names.includes(name)) continue;
      report(`organizations[${index}].connections[${position}]`, `there is no connection "${name}"; ${allowed(names)}`);
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
