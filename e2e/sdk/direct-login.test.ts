import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserName } from '../support/browser.ts';
import { signedInAs, started } from '../support/sdk-page.ts';
import { person, type Scene, startScene, type Visitor } from '../support/sdk-scene.ts';

const realm = 'Username-Password-Authentication';
const parameters = { username: person.email, password: person.password, realm };

describe('a login from the app’s own form', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene?.close());

  it('known failure (direct logins on the web): is there after a reload and in another tab, and is renewed', async () => {
    const visitor = await scene.visitor({ mode: 'react' });
    const page = await visitor.open();
    await page.evaluate((given) => window.sdk.hook.loginWithPasswordRealm(given), parameters);
    await signedInAs(page, person.email);
    await page.reload();
    await signedInAs(page, person.email);
    const other = await visitor.open();
    await signedInAs(other, person.email);
    const before = visitor.tokenCalls();
    await visitor.passTime(3_600, page, other);
    const tokens = await Promise.all(
      [page, other].map((tab) => tab.evaluate(async () => (await window.sdk.hook.getCredentials()).accessToken)),
    );
    expect(tokens[0]).toBe(tokens[1]);
    expect(visitor.tokenCalls()).toBe(before + 1);
    await visitor.context.close();
  });

  it('clearSession leaves the page for the logout, and comes back with nobody signed in, in every tab', async () => {
    const visitor = await scene.visitor({ mode: 'react' });
    const page = await visitor.open();
    const other = await visitor.open();
    await page.evaluate((given) => window.sdk.hook.loginWithPasswordRealm(given), parameters);
    await signedInAs(other, person.email);
    const visited: string[] = [];
    page.on('request', (request) => {
      if (request.isNavigationRequest()) visited.push(new URL(request.url()).pathname);
    });
    const back = page.waitForURL(`${scene.app.origin}/`);
    await page.evaluate(() => window.sdk.begin('signed out', () => window.sdk.hook.clearSession()));
    await signedInAs(other, '');
    await back;
    await started(page);
    await signedInAs(page, '');
    expect(visited).toContain('/v2/logout');
    const error = await page.evaluate(() => window.sdk.hook.getCredentials().catch(({ type }) => type));
    expect(error).toBe('NO_CREDENTIALS');
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('credentials')))).toEqual(
      [],
    );
    await visitor.context.close();
  });

  it('credentials of the app’s own are stored by saveCredentials, and are there after a reload', async () => {
    const visitor = await scene.visitor({ mode: 'react' });
    const page = await visitor.open();
    const held = () =>
      page.evaluate(async () => {
        const { hasValidCredentials, getCredentials } = window.sdk.hook;
        const accessToken = await getCredentials().then(
          (credentials) => credentials.accessToken,
          ({ type }) => type as string,
        );
        return [await hasValidCredentials(), await hasValidCredentials(4e9), accessToken];
      });
    expect(await held()).toEqual([false, false, 'NO_CREDENTIALS']);
    await page.evaluate(() =>
      window.sdk.hook.saveCredentials({ accessToken: 'mine', tokenType: 'Bearer', idToken: '', expiresAt: 4e9 }),
    );
    expect(await held()).toEqual([true, false, 'mine']);
    await page.reload();
    await started(page);
    expect(await held()).toEqual([true, false, 'mine']);
    await visitor.context.close();
  });

  it('a login that a second factor interrupts goes on with what the error holds', async () => {
    const visitor = await scene.visitor({ mode: 'react' });
    const page = await visitor.open();
    const mfaToken = await page.evaluate(
      (given) =>
        window.sdk.hook.loginWithPasswordRealm(given).then(
          () => 'no error',
          ({ mfaRequired }) => mfaRequired.mfaToken as string,
        ),
      { ...parameters, username: 'mfa@example.com' },
    );
    await page.waitForSelector('html[data-error="mfa_required"][data-user=""]', { state: 'attached' });
    const otp = await scene.tenant.control.mfa.totpCode('mfa@example.com');
    await page.evaluate((proof) => window.sdk.hook.mfa.verify(proof), { mfaToken, otp });
    await signedInAs(page, 'mfa@example.com');
    await page.waitForSelector('html[data-error=""]', { state: 'attached' });
    await page.reload();
    await signedInAs(page, 'mfa@example.com');
    await visitor.context.close();
  });

  // The authenticator is one of Chromium's debugger.
  describe.runIf(browserName === 'chromium')('with a passkey of a virtual authenticator', () => {
    let visitor: Visitor;
    let page: Page;
    let authenticator: Authenticator;
    beforeAll(async () => {
      visitor = await scene.visitor({ mode: 'react', options: scene.options({ useMrrt: true }) });
      page = await visitor.open();
      authenticator = await addAuthenticator(page);
    });
    afterAll(() => visitor?.context.close());

    const email = 'passkey@example.com';

    it('signs somebody up, who is signed in after a reload, too', async () => {
      await page.evaluate((who) => window.sdk.passkeys.signUp(window.sdk.hook, { email: who, name: 'P.' }), email);
      await signedInAs(page, email);
      expect(await authenticator.count()).toBe(1);
      await page.reload();
      await signedInAs(page, email);
      const tokenType = await page.evaluate(async () => (await window.sdk.hook.getCredentials()).tokenType);
      expect(tokenType).toBe('DPoP');
    });

    it('signs them in again', async () => {
      await page.evaluate(() => window.sdk.hook.clearCredentials());
      await signedInAs(page, '');
      await page.evaluate(() => window.sdk.passkeys.signIn(window.sdk.hook));
      await signedInAs(page, email);
    });

    it('lists it among what the person has set up, adds another device’s, and takes that away', async () => {
      await authenticator.remove();
      const other = await addAuthenticator(page);
      const listed = await page.evaluate(async (domain) => {
        const { hook, passkeys } = window.sdk;
        const scope = ['read', 'create', 'delete'].map((verb) => `${verb}:me:authentication_methods`).join(' ');
        const { accessToken } = await hook.getApiCredentials(`${domain}/me/`, scope);
        const list = async () =>
          (await hook.myAccount.getAuthenticationMethods({ accessToken, type: 'passkey' })).map(({ id }) => id);
        const before = await list();
        const added = await passkeys.add(hook, { accessToken });
        const between = await list();
        await hook.myAccount.deleteAuthenticationMethodById({ accessToken, id: added.id });
        return { before, between, after: await list(), added };
      }, String(scene.options().domain));
      expect(listed.before).toHaveLength(1);
      expect(listed.between).toEqual(expect.arrayContaining([...listed.before, listed.added.id]));
      expect(listed.after).toEqual(listed.before);
      expect(listed.added).toMatchObject({ type: 'passkey', userIdentityId: expect.any(String) });
      await other.remove();
    });

    it('tells of somebody who does not want to, and asks again', async () => {
      const refusing = await addAuthenticator(page, { isUserVerified: false, automaticPresenceSimulation: false });
      const code = await page.evaluate(() => {
        const prompt = { signal: AbortSignal.timeout(200) };
        return window.sdk.passkeys.signIn(window.sdk.hook, {}, prompt).then(
          () => 'no error',
          (error) => error.code,
        );
      });
      expect(code).toBe('passkey_cancelled');
      await refusing.remove();
    });
  });
});

interface Authenticator {
  /** Of its passkeys. */
  count(): Promise<number>;
  remove(): Promise<void>;
}

/** A device of the browser's own, which says yes to everything unless told otherwise. */
async function addAuthenticator(page: Page, options: object = {}): Promise<Authenticator> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  return {
    count: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    remove: () => devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }).then(() => undefined),
  };
}
