import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../../e2e/support/chromium.ts';
import { inspectPage } from '../../../e2e/support/inspect-page.ts';
import { sampleConfig } from '../src/config/sample.ts';
import { type DirectTest, startDirectTest } from './support/direct.ts';
import { type MfaTest, startMfaTest } from './support/mfa.ts';
import { pagesConfig, resetLinkOf } from './support/pages.ts';
import { type ProtocolTest, startProtocolTest } from './support/protocol.ts';

/** Every page in real Chromium: light and dark, desktop and phone, with the rules of axe-core. */
describe('pages in Chromium', { timeout: 240_000 }, () => {
  let test: ProtocolTest;
  let factors: MfaTest;
  let doors: DirectTest;
  let sample: ProtocolTest;
  let chromium: Browser;
  /** Where the app's callback is: an origin of its own, as the policy's `form-action` must allow for it. */
  const app = createServer((_request, response) => response.end('back in the app'));

  beforeAll(async () => {
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    [test, factors, doors, sample, chromium] = await Promise.all([
      startProtocolTest(pagesConfig),
      startMfaTest(),
      startDirectTest(),
      startProtocolTest(sampleConfig),
      launchChromium(),
    ]);
  });
  afterAll(async () => {
    await chromium?.close();
    await Promise.all([test?.close(), factors?.close(), doors?.close(), sample?.close()]);
    app.close();
  });

  /** A fresh browser window that notes what its console complains about. */
  async function openWindow(options: Parameters<Browser['newContext']>[0] = {}) {
    const context: BrowserContext = await chromium.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A form that comes back with errors is a 400, which the console mentions; nothing else is expected there.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
    });
    return { context, page, complaints };
  }

  const login = (changes = {}) => test.authorizeUrl({ client_id: 'pages', ...changes }).href;
  const callback = () => `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`;

  it('what is wrong in dark alone is found', async () => {
    const { context, page } = await openWindow();
    const inDark = async (style: string, body: string) => {
      await page.setContent(
        `<!doctype html><html lang="en"><title>Planted</title><meta name="color-scheme" content="light dark">
         <style>@media (prefers-color-scheme: dark) { ${style} }</style><main><h1>Planted</h1>${body}</main></html>`,
      );
      const problems = await inspectPage(page, 'planted');
      expect(problems.every((problem) => problem.includes('-dark: '))).toBe(true);
      return [...new Set(problems.map((problem) => problem.split(': ')[1]))];
    };
    const name = '<label id="name">Name <input></label>';
    expect(await inDark('#name { color: #222; background: #000 }', name)).toEqual(['color-contrast']);
    expect(
      await inDark(
        'p { color: #000 } a { color: #333; text-decoration: none }',
        '<p>Read <a href="#">the terms</a> first.</p>',
      ),
    ).toEqual(['link-in-text-block']);
    expect(await inDark('p { width: 3000px }', '<p>wide</p>')).toEqual(['scrolls sideways']);
    const icons = ['one', 'two'].map((id) => `<button type="button" id="${id}"><span>Show</span></button>`).join('');
    expect(await inDark('button { width: 3rem; height: 3rem } span { display: none }', icons)).toEqual(['button-name']);
    await context.close();
  });

  it('the pages of a login have no accessibility violation, and nothing breaks their own policy', async () => {
    const { context, page, complaints } = await openWindow();
    const problems: string[] = [];
    const inspect = async (name: string) => problems.push(...(await inspectPage(page, `tenant-${name}`)));

    await page.goto(login());
    await inspect('login');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByText('2 things to fix:').waitFor();
    await inspect('login-missing-fields');
    await page.getByLabel('Email or username').fill('user@example.com');
    await page.getByLabel('Password', { exact: true }).fill('not-the-password');
    await page.keyboard.press('Enter');
    await page.getByText('Wrong email or password.').waitFor();
    await inspect('login-wrong-password');

    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Password', { exact: true }).fill('abcD');
    await inspect('signup');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').waitFor();
    await inspect('signup-errors');

    await page.getByRole('link', { name: 'Log in' }).last().click();
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await inspect('forgot-password');
    await page.getByLabel('Email address').fill('user@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('heading', { name: 'Check your email' }).waitFor();
    await inspect('reset-link-sent');

    const resetLink = await resetLinkOf(test, 'user@example.com');
    await page.goto(resetLink);
    await inspect('reset-password');
    await page.getByLabel('New password', { exact: true }).fill('New-Horse-43');
    await page.getByLabel('New password again').fill('New-Horse-44');
    await page.getByRole('button', { name: 'Set the new password' }).click();
    await page.getByRole('alert').waitFor();
    await inspect('reset-password-errors');
    await page.getByLabel('New password', { exact: true }).fill('New-Horse-43');
    await page.getByLabel('New password again').fill('New-Horse-43');
    await page.getByRole('button', { name: 'Set the new password' }).click();
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
    await inspect('password-changed');
    await page.goto(resetLink);
    await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    await inspect('stale-link');

    await page.goto(login({ client_id: 'asks' }));
    await page.getByLabel('Email or username').fill('user@example.com');
    await page.getByLabel('Password', { exact: true }).fill('New-Horse-43');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('heading', { name: /^Allow/ }).waitFor();
    await inspect('consent');
    await page.goto(login({ prompt: 'select_account' }));
    await page.getByRole('heading', { name: 'Choose an account' }).waitFor();
    await inspect('choose-account');
    await page.goto(`${test.issuer}v2/logout`);
    await inspect('logged-out');
    await page.goto(login({ redirect_uri: 'https://evil.example/callback' }));
    await inspect('error');

    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the pages of second factors have no accessibility violation', async () => {
    const { context, page, complaints } = await openWindow();
    const problems: string[] = [];
    const inspect = async (name: string) => problems.push(...(await inspectPage(page, `tenant-mfa-${name}`)));
    const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
    const logIn = async (who: 'ada' | 'grace', client = 'app') => {
      await context.clearCookies();
      await page.goto(factors.authorizeUrl({ client_id: client }).href);
      await page.getByLabel('Email address').fill(`${who}@example.com`);
      await page.getByLabel('Password', { exact: true }).fill('Engine-Horse-42');
      await page.getByRole('button', { name: 'Log in', exact: true }).click();
    };

    await logIn('grace', 'always');
    await heading('Secure your account');
    await inspect('choose-factor');
    await page.getByRole('button', { name: 'Authenticator app' }).click();
    await heading('Set up your authenticator app');
    await inspect('set-up-app');
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('error-summary');
    await inspect('set-up-app-error');
    await page.getByRole('link', { name: 'Choose another way' }).click();
    await page.getByRole('link', { name: 'Phone' }).click();
    await heading('Add your phone');
    await page.getByLabel('Phone number').fill('+1 555 010 8731');
    await inspect('add-phone');
    await page.getByRole('button', { name: 'Text me a code' }).click();
    await heading('Enter the code we texted you');
    await inspect('confirm-phone');
    await page.getByRole('link', { name: 'Choose another way' }).click();
    await page.getByRole('link', { name: 'Email' }).click();
    await heading('Add your email');
    await inspect('add-email');
    await page.getByRole('link', { name: 'Choose another way' }).click();
    await page.getByRole('button', { name: 'Your device' }).click();
    await heading('Set up your device');
    await page.getByText('This page goes on by itself.').waitFor();
    await inspect('set-up-device');
    await factors.tenant.control.mfa.approvePush('auth0|grace');
    await heading('Save your recovery code');
    await inspect('save-recovery-code');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    await inspect('save-recovery-code-error');

    await logIn('grace');
    await heading('Approve it on your device');
    await inspect('push');
    await page.getByRole('button', { name: 'I approved it' }).click();
    await page.getByText('There is no answer yet.').waitFor();
    await inspect('push-pending');

    await logIn('ada');
    await heading('Enter the code of your app');
    await inspect('code-of-app');
    await page.getByLabel('Six-digit code').fill('000 000');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await inspect('code-of-app-wrong');
    await page.getByRole('link', { name: 'Try another way' }).click();
    await heading('Confirm that it is you');
    await inspect('try-another-way');
    await page.getByRole('button', { name: 'Text message' }).click();
    await heading('Enter the code we texted you');
    await inspect('code-texted');
    await page.getByRole('link', { name: 'Try another way' }).click();
    await page.getByRole('button', { name: 'Recovery code' }).click();
    await heading('Enter your recovery code');
    await inspect('recovery-code');

    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the pages of logins without a password have no accessibility violation', async () => {
    const { context, page, complaints } = await openWindow();
    const problems: string[] = [];
    const inspect = async (name: string) => problems.push(...(await inspectPage(page, `tenant-${name}`)));
    const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
    const authorize = (connection?: string) =>
      doors.authorizeUrl({ client_id: 'app', audience: undefined, connection });

    await page.goto(authorize().href);
    await inspect('login-every-way');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await heading('Create your account');
    await inspect('signup-every-way');
    await page.goto(doors.authorizeUrl({ client_id: 'no-password', audience: undefined }).href);
    await inspect('login-without-passwords');
    await page.goto(authorize().href);
    await page.getByRole('link', { name: 'Continue with Google' }).click();
    await heading('Sign in with Google');
    await inspect('provider');
    await page.getByRole('button', { name: 'Sign in with this address' }).click();
    await page.getByRole('alert').waitFor();
    await inspect('provider-error');
    await page.getByRole('button', { name: 'Cancel at Google' }).click();
    await page.getByText('You cancelled at Google.').waitFor();
    await inspect('provider-cancelled');

    await page.getByRole('link', { name: 'Continue with an email code (email)' }).click();
    await heading('Log in with your email');
    await inspect('passwordless-email');
    await page.getByLabel('Email address').fill('pia@example.com');
    await page.getByRole('button', { name: 'Email me a code' }).click();
    await heading('Enter the code we sent');
    await inspect('passwordless-code');
    await page.getByLabel('Six-digit code').fill('12');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await inspect('passwordless-code-error');
    await page.getByRole('link', { name: 'Use another address, or a link' }).click();
    await page.getByRole('button', { name: 'Email me a link instead' }).click();
    await heading('Check your email');
    await inspect('passwordless-link');
    await page.getByRole('button', { name: 'I opened the link' }).click();
    await page.getByRole('alert').waitFor();
    await inspect('passwordless-link-error');
    const { link = '' } = await doors.newest('pia@example.com');
    // The first tab goes on by itself, and the way back to the app is a real address: stay in one tab, and look.
    await page.goto(link);
    await heading('You are logged in');
    await inspect('passwordless-link-opened');
    await page.goto(`${doors.issuer}u/passwordless/opened`);
    await inspect('passwordless-link-over');
    await context.clearCookies();
    await page.goto(authorize('sms').href);
    await heading('Log in with your phone');
    await inspect('passwordless-sms');

    for (let n = 0; n < 10; n++) await doors.realm({ password: 'Wrong-1' });
    await page.goto((await doors.newest('ada@example.com')).link ?? '');
    await heading('Unblock your account');
    await inspect('unblock');
    await page.getByRole('button', { name: 'Unblock my account' }).click();
    await heading('Your account is unblocked');
    await inspect('unblocked');

    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the offer of a passkey has no accessibility violation, and a device makes one', async () => {
    const { context, page, complaints } = await openWindow();
    const problems: string[] = [];
    const inspect = async (name: string) => problems.push(...(await inspectPage(page, `tenant-${name}`)));
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    const addDevice = (saysYes: boolean) =>
      devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: saysYes,
          automaticPresenceSimulation: true,
        },
      });
    const unwilling = await addDevice(false);
    await page.goto(sample.authorizeUrl({ client_id: 'postern-spa', redirect_uri: callback() }).href);
    await page.getByLabel('Email address').fill('user@example.com');
    await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-42');
    await page.locator('[name=passkeys][value=yes]').waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Log in faster next time' }).waitFor();
    const create = page.getByRole('button', { name: 'Create a passkey' });
    await create.waitFor();
    await inspect('passkey-offer');
    await create.click();
    await page.getByText('No passkey was created.').waitFor();
    await inspect('passkey-offer-not-created');
    await devtools.send('WebAuthn.removeVirtualAuthenticator', unwilling);

    await addDevice(true);
    await create.click();
    await page.getByText('back in the app').waitFor();
    const [user] = await sample.tenant.context.store.users.findByEmail('user@example.com');
    expect(await sample.tenant.context.store.passkeys.list(user?.id ?? '')).toHaveLength(1);
    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the pages that log people of a database in with a code have no accessibility violation', async () => {
    const { context, page, complaints } = await openWindow();
    const problems: string[] = [];
    const inspect = async (name: string) => problems.push(...(await inspectPage(page, `tenant-${name}`)));
    const connection = 'Username-Password-Authentication';
    await page.goto(sample.authorizeUrl({ client_id: 'postern-spa', redirect_uri: callback(), connection }).href);
    await inspect('login-with-codes');
    await page.getByRole('link', { name: 'Continue with an email code' }).click();
    await page.getByRole('heading', { name: 'Log in with your email' }).waitFor();
    await inspect('database-code-address');
    await page.getByLabel('Email address').fill('user@example.com');
    await page.getByRole('button', { name: 'Email me a code' }).click();
    await page.getByRole('heading', { name: 'Enter the code we sent' }).waitFor();
    const { code = '' } = await sample.tenant.control.outbox.lastMessage({ to: 'user@example.com' });
    await page.getByLabel('Six-digit code').fill(code);
    await page.keyboard.press('Enter');
    await page.getByText('back in the app').waitFor();
    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the pages that connect a device have no accessibility violation', async () => {
    const { context, page, complaints } = await openWindow();
    const problems: string[] = [];
    const inspect = async (name: string) => problems.push(...(await inspectPage(page, `tenant-${name}`)));
    const begin = async () => {
      const form = { client_id: 'postern-cli', scope: 'openid email read:notes', audience: 'https://api.postern.test' };
      return (await sample.post('/oauth/device/code', form)).body;
    };

    await page.goto(`${sample.issuer}activate`);
    await inspect('activate');
    await page.getByLabel('Code on the device').fill('BBBB-BBBB');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    await inspect('activate-wrong-code');
    await page.goto(String((await begin()).verification_uri_complete));
    await inspect('activate-filled-in');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Email address').fill('user@example.com');
    await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-42');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Allow Sample command-line tool?' }).waitFor();
    await inspect('activate-consent');
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
    await inspect('activate-done');
    await page.goto(String((await begin()).verification_uri_complete));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Do not allow' }).click();
    await page.getByRole('heading', { name: 'The device was not connected' }).waitFor();
    await inspect('activate-denied');

    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the dashboard of second factors and blocks has no accessibility violation, and shows questions as they come', async () => {
    const { context, page, complaints } = await openWindow();
    const problems: string[] = [];
    const inspect = async (name: string) => problems.push(...(await inspectPage(page, `dashboard-${name}`)));
    await sample.tenant.context.store.users.create(
      { id: 'github|7', connection: 'github', email: 'octavia@example.com', profile: {}, userMetadata: {} },
      sample.tenant.context.clock.now(),
    );
    await page.goto(`${sample.issuer}__tenant?secret=${sample.tenant.context.controlSecret}`);
    await inspect('sample-overview');
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await inspect('sample-users');
    await page.getByRole('link', { name: 'Devices', exact: true }).first().click();
    await page.getByText('Nothing is asked.').waitFor();
    const person = sample.browser();
    const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
    const request = { client_id: 'postern-spa', redirect_uri: callback(), audience: undefined, acr_values: acr };
    await person.submit(await person.logIn(sample.authorizeUrl({ ...request, scope: 'openid' })), {}, 'push');
    await page.getByRole('button', { name: 'Approve the login of user@example.com' }).waitFor();
    await inspect('devices');
    await page.getByRole('button', { name: 'Approve the login of user@example.com' }).click();
    await page.getByText('The login was approved.').waitFor();
    for (let n = 0; n < 10; n++) {
      const stranger = sample.browser();
      const wrong = { username: 'user@example.com', password: 'Wrong-Horse-1' };
      await stranger.logIn(sample.authorizeUrl({ ...request, scope: 'openid' }), wrong);
    }
    await page.getByRole('link', { name: 'Protection' }).click();
    await inspect('protection');
    await page.getByRole('button', { name: 'Unblock user@example.com' }).click();
    await page.getByText('The next attempt is let through.').waitFor();

    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('"Back" after a wrong password and a login shows the login page, and sends nothing again', async () => {
    const { context, page } = await openWindow();
    await page.goto(login({ client_id: 'local', redirect_uri: callback() }));
    await page.getByLabel('Email or username').fill('ada@example.com');
    for (const password of ['not-the-password', 'Engine-Horse-42']) {
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.keyboard.press('Enter');
      if (password === 'not-the-password') await page.getByText('Wrong email or password.').waitFor();
    }
    await page.getByText('back in the app').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'This page has expired' }).waitFor();
    await context.close();
  });

  it('the script shows a password, ticks off rules, and moves the focus to errors', async () => {
    const { context, page } = await openWindow();
    await page.goto(login({ screen_hint: 'signup' }));
    const password = page.getByLabel('Password', { exact: true });
    const met = () => page.locator('[data-rule].rule-met').count();

    await password.fill('abc');
    expect(await met()).toBe(0);
    await password.fill('abcDEF123');
    expect(await met()).toBe(2);
    expect(await page.locator('[data-checklist-status]').textContent()).toBe('2 of 2 password rules met.');
    await password.fill('');
    expect(await page.locator('.rule-met').count()).toBe(0);

    const reveal = page.getByRole('button', { name: 'Show password' });
    expect(await reveal.getAttribute('aria-pressed')).toBe('false');
    await reveal.click();
    expect(await password.getAttribute('type')).toBe('text');
    expect(await reveal.getAttribute('aria-pressed')).toBe('true');

    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('error-summary');
    await context.close();
  });

  it('signing up works without JavaScript, to the end of the redirect chain', async () => {
    const { context, page } = await openWindow({ javaScriptEnabled: false });
    await page.goto(login({ client_id: 'local', redirect_uri: callback(), screen_hint: 'signup' }));
    await page.getByLabel('Email address').fill('no-script@example.com');
    await page.getByLabel('Username').fill('no_script');
    await page.getByLabel('Password', { exact: true }).fill('abc');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Email address').inputValue()).toBe('no-script@example.com');
    await page.getByLabel('Password', { exact: true }).fill('Quiet-Lake-77');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('back in the app').waitFor();
    expect(new URL(page.url()).searchParams.get('code')).toBeTruthy();
    await context.close();
  });

  it('the dashboard has no accessibility violation, and follows events live', async () => {
    const person = { username: 'ada@example.com', password: 'Engine-Horse-42' };
    for (let login = 0; login < 2; login++) {
      const code = await test.code({ client_id: 'pages' }, undefined, person);
      await test.redeem(code, { client_id: 'pages' });
    }
    const { context, page, complaints } = await openWindow();
    const problems: string[] = [];
    const inspect = async (name: string) => problems.push(...(await inspectPage(page, `dashboard-${name}`)));

    await page.goto(`${test.issuer}__tenant`);
    await inspect('locked');
    await page.goto(`${test.issuer}__tenant?secret=${test.tenant.context.controlSecret}`);
    expect(page.url()).toBe(`${test.issuer}__tenant`);
    await inspect('overview');
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await inspect('users');
    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    await page
      .getByRole('button', { name: /^Revoke family/ })
      .first()
      .click();
    await page.getByText('The refresh-token family is revoked.').waitFor();
    await inspect('sessions');
    await page.getByRole('link', { name: 'Outbox' }).click();
    await page.getByText('Read the message').first().click();
    await page.frameLocator('iframe').first().getByRole('heading').waitFor();
    await inspect('outbox');
    await page.getByRole('link', { name: 'Clock & faults' }).click();
    await page.getByRole('button', { name: 'Add' }).first().click();
    await page.getByText('The fault waits').waitFor();
    await inspect('controls');
    await page.getByRole('button', { name: 'Clear all' }).click();

    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    await test.post('/oauth/token', { grant_type: 'no-such-grant', client_id: 'pages' });
    await page.locator('.entry-new').getByText('no-such-grant').waitFor();
    await inspect('events');

    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
