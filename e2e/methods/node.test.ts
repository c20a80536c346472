import type { Tenant } from '@postern/tenant';
import { Auth0 } from 'postern/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMemoryTab } from '../../packages/postern/src/platform/memory/index.ts';
import type { Platform } from '../../packages/postern/src/platform/platform.ts';
import { startHttpsTenant } from '../support/https-tenant.ts';
import { runsIn } from './case.ts';
import { cases } from './cases.ts';
import { appOfClass, type Stage } from './stage.ts';
import { answerControl, visitAs } from './stagehand.ts';
import { createMethodsTenant } from './tenant.ts';

/** Where the table runs in Node: what is stored by what, and over which scheme. */
const places = [
  { name: 'in memory, over http', platform: (): Platform | undefined => createMemoryTab(), https: false },
  { name: 'in Node, over https', platform: (): Platform | undefined => undefined, https: true },
];

describe.each(places)('every method, $name', ({ platform, https }) => {
  let tenant: Tenant;
  let stage: Stage;
  let close: () => Promise<void>;
  const requests: string[] = [];

  beforeAll(async () => {
    const running = https ? await startHttpsTenant(createMethodsTenant) : await listen();
    ({ tenant, close } = running);
    const { issuer } = running;
    stage = {
      issuer,
      hasBrowser: platform() !== undefined,
      canTransferSession: true,
      open: async (options) => {
        const given = platform();
        const auth0 = new Auth0({
          domain: new URL(issuer).origin,
          clientId: 'postern-spa',
          ...(given ? { platform: given } : {}),
          ...options,
        });
        await auth0.session.start();
        return appOfClass(auth0);
      },
      control: (path, body) => answerControl(tenant, issuer, path, body),
      visit: (url, user) => visitAs(tenant, url, user),
      requests: () => requests,
    };
    const realFetch = globalThis.fetch;
    vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (!/^\/(\.well-known|__tenant)\//.test(pathname)) requests.push(`${init?.method ?? 'GET'} ${pathname}`);
      return realFetch(input, init);
    });
  });
  afterAll(async () => {
    vi.unstubAllGlobals();
    await close?.();
  });

  it.each(cases.filter(runsIn('native')))('$method: $name', async ({ run, isLocal }) => {
    if (!isLocal) await tenant.control.reset();
    await run(stage);
  });
});

async function listen() {
  const tenant = await createMethodsTenant();
  const { issuer } = await tenant.listen({ port: 0 });
  return { tenant, issuer, close: () => tenant.close() };
}

describe('the table', () => {
  it('has each case once', () => {
    const names = cases.map(({ method, name }) => `${method}: ${name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each([
    'loginWithPasswordRealm',
    'createUser',
    'resetPassword',
    'authorizeWithExchange',
    'sendEmailCode',
    'authorizeWithEmail',
    'sendSMSCode',
    'authorizeWithSMS',
    'passwordless.challengeWithEmail',
    'passwordless.challengeWithPhoneNumber',
    'passwordless.loginWithOTP',
    'sendMultifactorChallenge',
    'authorizeWithOOB',
    'authorizeWithOTP',
    'authorizeWithRecoveryCode',
    'mfa.getAuthenticators',
    'mfa.enroll',
    'mfa.challenge',
    'mfa.verify',
    'revokeRefreshToken',
    'customTokenExchange',
    'authorizeWithExchangeNativeSocial',
    'getApiCredentials',
    'getDPoPHeaders',
    'ssoExchange',
    'passkeySignupChallenge',
    'passkeyLoginChallenge',
    'getTokenByPasskey',
    'myAccount.getFactors',
    'myAccount.enrollEmail',
  ])('tries %s: what it does, what refuses it, and wrong arguments', (method) => {
    const own = cases.filter((row) => row.method === method);
    const wrong = own.filter(({ isLocal }) => isLocal);
    expect(wrong.length).toBeGreaterThan(0);
    expect(own.length - wrong.length).toBeGreaterThan(2);
  });
});
