import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedInAs, started } from '../support/sdk-page.ts';
import { person, type Scene, startScene } from '../support/sdk-scene.ts';

const realm = 'Username-Password-Authentication';
const parameters = { username: person.email, password: person.password, realm };

describe('a login from the app’s own form, in Chromium', () => {
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
});
