import type { Page } from 'playwright-core';
import { Auth0, type SessionTransferCredentials, sessionTransferCookie, sessionTransferUrl } from 'postern/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryDevice, createMemoryTab } from '../../packages/postern/src/platform/memory/index.ts';
import { signedInAs, started } from '../support/sdk-page.ts';
import { authorize, person, type Scene, startScene, type Visitor } from '../support/sdk-scene.ts';

/** A native app hands its session to a browser that knows nobody (wire reference section 13). */

let scene: Scene;
let visitor: Visitor;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());
afterEach(async () => {
  await visitor.context.close();
  await scene.tenant.control.reset();
});

/** The app on the phone, its person signed in by the form of the app's own. */
async function openNativeApp(useDPoP: boolean) {
  const platform = createMemoryTab(createMemoryDevice());
  const app = new Auth0(scene.options({ clientId: 'postern-native', useDPoP, platform }));
  const realm = 'Username-Password-Authentication';
  const { email: username, password } = person;
  await app.session.login(() => app.auth.passwordRealm({ username, password, realm }));
  return app;
}

const openBrowser = async (useDPoP: boolean): Promise<Page> => {
  visitor = await scene.visitor({ options: scene.options({ useDPoP }) });
  return visitor.open();
};

/** How the web app signs in with what the native app gave it: as a parameter of `/authorize`, or as a cookie there. */
const ways = {
  parameter: async (page: Page, { sessionTransferToken }: SessionTransferCredentials) => {
    const opened = new URL(sessionTransferUrl(page.url(), { sessionTransferToken }));
    await authorize(page, { additionalParameters: Object.fromEntries(opened.searchParams) });
  },
  cookie: async (page: Page, transfer: SessionTransferCredentials) => {
    const [pair = '', ...attributes] = sessionTransferCookie(transfer).split('; ');
    const [name = '', value = ''] = pair.split('=');
    const { origin } = new URL(String(scene.options().domain));
    await page
      .context()
      .addCookies([
        { name, value: decodeURIComponent(value), url: origin, httpOnly: true, secure: true, sameSite: 'Lax' },
      ]);
    expect(attributes).toEqual(['Path=/', 'Max-Age=60', 'Secure', 'HttpOnly', 'SameSite=Lax']);
    await authorize(page);
  },
};
const isAskedForPassword = (page: Page) => page.waitForSelector('input[name="password"]');
const rejections = async () =>
  (await scene.tenant.control.events.list({ type: 'session_transfer.rejected' })).map(({ sentence }) => sentence);

describe.each([true, false])('Native to Web SSO in Chromium, with useDPoP %s', (useDPoP) => {
  describe.each(Object.entries(ways))('by %s', (_, open) => {
    it('signs the browser in without a page or password; a second use is refused', async () => {
      const app = await openNativeApp(useDPoP);
      const transfer = await app.credentialsManager.getSSOCredentials();
      const page = await openBrowser(useDPoP);
      await open(page, transfer);
      await signedInAs(page, person.email);
      const { tokenType } = await page.evaluate(() =>
        window.sdk.client.credentialsManager.getCredentials(undefined, 0, {}, true),
      );
      expect(tokenType).toBe(useDPoP ? 'DPoP' : 'Bearer');
      expect(await app.credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('accessToken');

      const { context: first } = visitor;
      const thief = await openBrowser(useDPoP);
      await open(thief, transfer);
      await isAskedForPassword(thief);
      expect((await rejections()).at(-1)).toContain('was used before');
      await first.close();
    });

    it('expired, it signs nobody in', async () => {
      const transfer = await (await openNativeApp(useDPoP)).credentialsManager.getSSOCredentials();
      scene.tenant.control.clock.advance(61_000);
      const page = await openBrowser(useDPoP);
      await open(page, transfer);
      await isAskedForPassword(page);
      expect((await rejections()).at(-1)).toContain('older than its 60 s');
    });

    it('its refresh token revoked, it signs nobody in', async () => {
      const app = await openNativeApp(useDPoP);
      const transfer = await app.credentialsManager.getSSOCredentials();
      await app.auth.revoke({ refreshToken: transfer.refreshToken ?? '' });
      const page = await openBrowser(useDPoP);
      await open(page, transfer);
      await isAskedForPassword(page);
      expect((await rejections()).at(-1)).toContain('was revoked');
    });

    it('the browser’s session ends with the refresh token it came from', async () => {
      const app = await openNativeApp(useDPoP);
      const transfer = await app.credentialsManager.getSSOCredentials();
      const page = await openBrowser(useDPoP);
      await open(page, transfer);
      await signedInAs(page, person.email);
      await app.auth.revoke({ refreshToken: transfer.refreshToken ?? '' });
      const type = await page.evaluate(() =>
        window.sdk.client.credentialsManager.getCredentials(undefined, 0, {}, true).then(
          () => 'renewed',
          (error: { type: string }) => error.type,
        ),
      );
      expect(type).toBe('RENEW_FAILED');
      await signedInAs(page, '');
      await page.reload();
      await started(page);
      await authorize(page);
      await isAskedForPassword(page);
    });
  });
});
