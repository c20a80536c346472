import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateConfig } from '../src/config/validate.ts';
import { organizationsOf } from '../src/organizations/membership.ts';
import {
  type BoundTest,
  boundConfig,
  database,
  exchangeGrant,
  mfaOtpGrant,
  rbacApi,
  startBoundTest,
} from './support/bound.ts';
import type { Page } from './support/browser.ts';
import { claimsOf, codeOf, otherUser, type TokenAnswer } from './support/protocol.ts';

let test: BoundTest;
beforeEach(async () => {
  test = await startBoundTest();
});
afterEach(() => test.close());

const acme = { org_id: 'org_acme', org_name: 'acme' };
const parametersOf = (page: Page) => Object.fromEntries(page.callback?.searchParams ?? []);
const staff = { username: 'staff@example.com', password: 'Staff-Horse-42' };
const logIn = async (changes: Record<string, string | undefined>, who?: typeof otherUser) =>
  test.browser().logIn(test.authorizeUrl(changes), who);
const notPart = (user: string) => ({
  error: 'access_denied',
  error_description: `user ${user} is not part of the org_acme organization`,
});

function expectOrganization(answer: TokenAnswer, claims: object): void {
  expect(answer.status).toBe(200);
  for (const name of ['access_token', 'id_token']) expect(claimsOf(String(answer.body[name]))).toMatchObject(claims);
}

describe('logins in the browser', () => {
  it.each(['org_acme', 'acme', 'ACME'])(
    'tell the organization %s in both tokens, and keep it through renewals',
    async (organization) => {
      const first = await test.redeem(codeOf(await logIn({ organization })));
      expectOrganization(first, acme);
      const second = await test.refresh(String(first.body.refresh_token));
      expectOrganization(second, acme);
      expectOrganization(await test.refresh(String(second.body.refresh_token)), acme);
    },
  );
  it('tell nothing when none was named', async () => {
    const { body } = await test.redeem(codeOf(await logIn({})));
    for (const name of ['access_token', 'id_token']) expect(claimsOf(String(body[name]))).not.toHaveProperty('org_id');
  });
  it('refuse who is no member, after they signed in', async () => {
    const page = await logIn({ organization: 'org_acme' }, otherUser);
    expect(parametersOf(page)).toMatchObject({ ...notPart('auth0|other'), state: 'the-state' });
    expect((await test.lastEvent('authorize.rejected')).sentence).toContain('no member of the organization org_acme');
  });
  it('refuse a member by address who has not verified it', async () => {
    const page = await logIn(
      { organization: 'org_acme' },
      { username: 'unverified@example.com', password: 'Unverified-Horse-42' },
    );
    expect(parametersOf(page)).toMatchObject(notPart('auth0|unverified'));
  });
  it('take a member by address in any case', async () => {
    const page = await logIn(
      { organization: 'org_acme' },
      { username: 'generated@example.com', password: 'Generated-Horse-42' },
    );
    expectOrganization(await test.redeem(codeOf(page)), acme);
  });
  it('refuse a silent login of a session that is none of a member', async () => {
    const browser = test.browser();
    codeOf(await browser.logIn(test.authorizeUrl(), otherUser));
    const page = await browser.open(test.authorizeUrl({ organization: 'acme', prompt: 'none' }));
    expect(parametersOf(page)).toMatchObject(notPart('auth0|other'));
  });
  it.each(['org_unknown', 'unknown', 'org_ACME'])('refuse the organization %s', async (organization) => {
    const page = await test.browser().open(test.authorizeUrl({ organization }));
    expect(parametersOf(page)).toMatchObject({
      error: 'invalid_request',
      error_description: 'parameter organization is invalid',
    });
  });
  it('offer the connections of the organization, and take no other', async () => {
    const organization = 'staff';
    const browser = test.browser();
    const page = await browser.open(test.authorizeUrl({ organization }));
    expect(page.html).not.toContain('/u/social/');
    expectOrganization(await test.redeem(codeOf(await browser.submit(page, staff))), { org_id: 'org_staff' });

    const member = test.browser();
    codeOf(await member.logIn(test.authorizeUrl()));
    const refused = await member.open(test.authorizeUrl({ organization }));
    expect(parametersOf(refused).error_description).toBe(
      `the connection ${database} is not enabled for the organization org_staff`,
    );
  });
  it('with names switched off take ids only, and tell no names', async () => {
    const own = await startBoundTest({ ...boundConfig, allowOrganizationNames: false });
    const byName = await own.browser().open(own.authorizeUrl({ organization: 'acme' }));
    expect(parametersOf(byName).error).toBe('invalid_request');
    const { body } = await own.redeem(await own.code({ organization: 'org_acme' }));
    expect(claimsOf(String(body.id_token))).toMatchObject({ org_id: 'org_acme' });
    expect(claimsOf(String(body.id_token))).not.toHaveProperty('org_name');
    await own.close();
  });
});

describe('invitations', () => {
  const invite = (email?: string) =>
    test.tenant.control.organizations.invite({ organization: 'acme', ...(email === undefined ? {} : { email }) });

  it('make who signs in with them a member', async () => {
    const page = await logIn({ ...(await invite()) }, otherUser);
    expectOrganization(await test.redeem(codeOf(page)), acme);
    codeOf(await logIn({ organization: 'acme' }, otherUser));
    expect((await test.lastEvent('organization.joined')).userId).toBe('auth0|other');
    const user = await test.tenant.context.store.users.get('auth0|other');
    expect(user && (await organizationsOf(test.tenant.context, user)).map(({ id }) => id)).toEqual(['org_acme']);
  });
  it('work once', async () => {
    const invitation = await invite();
    codeOf(await logIn({ ...invitation }, otherUser));
    const page = await logIn(
      { ...invitation },
      { username: 'unverified@example.com', password: 'Unverified-Horse-42' },
    );
    expect(parametersOf(page)).toMatchObject(notPart('auth0|unverified'));
  });
  it('for an address are for who owns it', async () => {
    const wrong = await invite('somebody@example.com');
    expect(parametersOf(await logIn({ ...wrong }, otherUser))).toMatchObject(notPart('auth0|other'));
    const unproved = await invite('unverified@example.com');
    const page = await logIn({ ...unproved }, { username: 'unverified@example.com', password: 'Unverified-Horse-42' });
    expect(parametersOf(page)).toMatchObject(notPart('auth0|unverified'));
    codeOf(await logIn({ ...(await invite('Other@example.com')) }, otherUser));
  });
  it('expire, and are for their own organization', async () => {
    const own = await startBoundTest();
    const { invitation } = await own.tenant.control.organizations.invite({ organization: 'org_staff' });
    const page = await own.browser().logIn(own.authorizeUrl({ organization: 'acme', invitation }), otherUser);
    expect(parametersOf(page)).toMatchObject(notPart('auth0|other'));
    const late = await own.tenant.control.organizations.invite({ organization: 'acme' });
    own.advance(8 * 86_400);
    const expired = await own.browser().logIn(own.authorizeUrl({ ...late }), otherUser);
    expect(parametersOf(expired)).toMatchObject(notPart('auth0|other'));
    await own.close();
  });
  it('need the organization beside them', async () => {
    const { invitation } = await invite();
    const page = await test.browser().open(test.authorizeUrl({ invitation }));
    expect(parametersOf(page)).toMatchObject({
      error: 'invalid_request',
      error_description: 'parameter invitation requires the parameter organization',
    });
  });
  it('come as a link, over HTTP as well', async () => {
    const call = (body: object) =>
      fetch(`${test.issuer}__tenant/api/invitations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${test.tenant.control.secret}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const response = await call({ organization: 'org_acme', loginUri: 'https://app.example.test/login' });
    const answer = (await response.json()) as { invitation: string; invitationUrl: string };
    expect(Object.fromEntries(new URL(answer.invitationUrl).searchParams)).toEqual({
      organization: 'org_acme',
      organization_name: 'acme',
      invitation: answer.invitation,
    });
    expect((await call({ organization: 'nobody' })).status).toBe(404);
  });
});

describe('logins without pages', () => {
  it('take an organization, and check it', async () => {
    const first = await test.login({ organization: 'acme' });
    expectOrganization(first, acme);
    expectOrganization(await test.refresh(String(first.body.refresh_token)), acme);
    const other = await test.login({ organization: 'acme', username: 'other@example.com', password: 'Other-Horse-42' });
    expect([other.status, other.body]).toEqual([403, notPart('auth0|other')]);
    const unknown = await test.login({ organization: 'org_unknown' });
    expect([unknown.status, unknown.body.error]).toEqual([400, 'invalid_request']);
  });
  it('tell a stranger with a wrong password nothing of members', async () => {
    const answer = await test.login({ organization: 'acme', username: 'other@example.com', password: 'wrong' });
    expect(answer.body.error_description).toBe('Wrong email or password.');
  });
  it('keep it through a second factor', async () => {
    const owed = await test.login({ organization: 'acme', username: 'mfa@example.com', password: 'Second-Horse-42' });
    expect(owed.body.error).toBe('mfa_required');
    const finished = await test.post('/oauth/token', {
      grant_type: mfaOtpGrant,
      client_id: 'spa',
      mfa_token: String(owed.body.mfa_token),
      otp: await test.tenant.control.mfa.totpCode('auth0|mfa'),
    });
    expectOrganization(finished, acme);
  });
  it('take it with a token exchange', async () => {
    const type = 'urn:example:sample-token';
    const form = async (sub: string) => ({
      grant_type: exchangeGrant,
      client_id: 'spa',
      subject_token: await test.tenant.control.signSubjectToken({ type, claims: { sub } }),
      subject_token_type: type,
      audience: 'https://api.postern.test',
      organization: 'acme',
    });
    expectOrganization(await test.post('/oauth/token', await form('auth0|sample')), acme);
    const other = await test.post('/oauth/token', await form('auth0|other'));
    expect([other.status, other.body]).toEqual([403, notPart('auth0|other')]);
  });
});

describe('renewals', () => {
  it('end when the person is no member any more', async () => {
    const { organization, invitation } = await test.tenant.control.organizations.invite({ organization: 'acme' });
    const { body } = await test.redeem(codeOf(await logIn({ organization, invitation }, otherUser)));
    await test.tenant.context.store.members.deleteForUser('auth0|other');
    const answer = await test.refresh(String(body.refresh_token));
    expect(answer.body).toEqual({
      error: 'invalid_grant',
      error_description: 'Unknown or invalid refresh token.',
    });
    expect((await test.lastEvent('token.rejected')).sentence).toContain('no member of the organization');
  });
});

describe('role-based access control', () => {
  const scope = 'openid offline_access read:rbac write:rbac delete:rbac';
  const permissionsOf = (answer: TokenAnswer) => claimsOf(String(answer.body.access_token)).permissions;

  it('gives what permissions and roles allow, and lists them in the access token alone', async () => {
    const answer = await test.login({ audience: rbacApi, scope });
    expect(answer.body.scope).toBe('openid offline_access read:rbac write:rbac');
    expect(permissionsOf(answer)).toEqual(['read:rbac', 'write:rbac']);
    expect(claimsOf(String(answer.body.id_token))).not.toHaveProperty('permissions');
  });
  it('lists all permissions, though fewer scopes were asked for', async () => {
    const answer = await test.login({ audience: rbacApi, scope: 'openid read:rbac' });
    expect([answer.body.scope, permissionsOf(answer)]).toEqual(['openid read:rbac', ['read:rbac', 'write:rbac']]);
  });
  it('counts for logins in the browser and for renewals', async () => {
    const code = codeOf(await logIn({ audience: rbacApi, scope }));
    const first = await test.redeem(code);
    expect(first.body.scope).toBe('openid offline_access read:rbac write:rbac');
    const second = await test.refresh(String(first.body.refresh_token));
    expect([second.body.scope, permissionsOf(second)]).toEqual([first.body.scope, ['read:rbac', 'write:rbac']]);
  });
  it('knows users whose id was made', async () => {
    const answer = await test.login({
      audience: rbacApi,
      scope,
      username: 'generated@example.com',
      password: 'Generated-Horse-42',
    });
    expect(permissionsOf(answer)).toEqual(['delete:rbac']);
  });
  it('gives nothing to who has nothing', async () => {
    const who = { username: 'other@example.com', password: 'Other-Horse-42' };
    const answer = await test.login({ audience: rbacApi, scope, ...who });
    expect([answer.body.scope, permissionsOf(answer)]).toEqual(['openid offline_access', []]);
  });
  it('is nothing to other APIs', async () => {
    expect(permissionsOf(await test.login())).toBeUndefined();
  });
  it('cannot be had by creating users', async () => {
    const user = { email: 'new@example.com', permissions: { [rbacApi]: ['delete:rbac'] } };
    await expect(test.tenant.control.users.create(user as { email: string })).rejects.toThrow('not a known field');
  });
});

it('Actions see organization and roles', async () => {
  const seen: unknown[] = [];
  const own = await startBoundTest(boundConfig, {
    actions: {
      onExecutePostLogin: ({ organization, authorization }) => {
        seen.push({ organization, roles: authorization.roles });
      },
    },
  });
  const organization = { id: 'org_acme', name: 'acme', display_name: 'Acme' };
  const { body } = await own.login({ organization: 'acme' });
  await own.refresh(String(body.refresh_token));
  codeOf(await own.browser().logIn(own.authorizeUrl({ organization: 'acme' })));
  expect(seen).toEqual(Array(3).fill({ organization, roles: ['editor'] }));
  await own.login({ username: 'other@example.com', password: 'Other-Horse-42' });
  expect(seen.at(-1)).toEqual({ organization: undefined, roles: [] });
  await own.close();
});

describe('the configuration', () => {
  const { apis } = boundConfig;
  const invalid: [string, object, string][] = [
    [
      'two organizations of one name',
      {
        organizations: [
          { id: 'org_a', name: 'a' },
          { id: 'org_b', name: 'a' },
        ],
      },
      'already',
    ],
    ['an id that is none', { organizations: [{ id: 'acme', name: 'a' }] }, 'must be org_'],
    ['a name with capitals', { organizations: [{ id: 'org_a', name: 'Acme' }] }, 'lower-case'],
    ['an unknown connection', { organizations: [{ id: 'org_a', name: 'a', connections: ['x'] }] }, 'no connection "x"'],
    ['an unknown role', { users: [{ email: 'a@b.test', roles: ['x'] }] }, 'there is no role "x"'],
    ['permissions of no API', { roles: [{ name: 'r', permissions: { x: [] } }] }, 'there is no API "x"'],
    [
      'permissions the API does not have',
      { apis, users: [{ email: 'a@b.test', permissions: { [rbacApi]: ['fly'] } }] },
      'has no scope "fly"',
    ],
  ];
  it.each(invalid)('refuses %s', (_name, config, message) => {
    expect(() => validateConfig(config)).toThrow(message);
  });
});
