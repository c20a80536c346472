import { createTenant, type PostLoginAction, sampleConfig, type Tenant } from '@postern/tenant';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type ScriptPage, serveScript } from '../support/script-page.ts';
import { fillLogin } from '../support/sdk-page.ts';
import { type Api, startApi } from './api.ts';
import { noteRequests } from './note-requests.ts';

/** A small app of auth0-react, and the same app after docs/migrate.md: the same people do the same with both. */

const sides = ['before', 'after'] as const;
type Side = (typeof sides)[number];

const robin = { email: 'user@example.com', password: 'Correct-Horse-42' };
const locked = { email: 'locked@example.com', password: 'Correct-Horse-42' };

const onExecutePostLogin: PostLoginAction = async ({ user }, api) => {
  api.idToken.setCustomClaim('https://example.com/roles', ['editor', 'reader']);
  if (user.email === locked.email) api.access.deny('Please ask the office.');
};

let tenant: Tenant;
let issuer: string;
let api: Api;
let browser: Browser;
const apps = new Map<Side, ScriptPage>();

beforeAll(async () => {
  const connection = 'Username-Password-Authentication';
  const users = [...sampleConfig.users, { id: 'auth0|locked', connection, ...locked }];
  tenant = await createTenant({ ...sampleConfig, users }, { actions: { onExecutePostLogin } });
  ({ issuer } = await tenant.listen({ port: 0 }));
  [api, browser] = await Promise.all([startApi(issuer), launchChromium()]);
  const env = { VITE_AUTH0_DOMAIN: new URL(issuer).origin, VITE_API_URL: api.url };
  await Promise.all(
    sides.map(async (side) =>
      apps.set(side, await serveScript(`import './${side}/app.tsx';`, import.meta.dirname, env)),
    ),
  );
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([...apps.values(), api, tenant].map((part) => part?.close()));
});

const originOf = (side: Side) => apps.get(side)?.origin ?? '';

/** A browser of one's own; `as` is already signed in at the tenant. */
async function openBrowser(as?: string): Promise<BrowserContext> {
  const { cookies } = as === undefined ? { cookies: [] } : await tenant.control.sessionState({ user: as });
  const context = await browser.newContext({ storageState: { cookies: [...cookies], origins: [] } });
  context.setDefaultTimeout(15_000);
  return context;
}

const sees = (page: Page, text: string) => page.getByText(text).waitFor();
const press = (page: Page, name: string) => page.getByText(name, { exact: true }).click();

/** What is not the same for the two. */
interface Noted {
  /** What was asked of the tenant, step by step. */
  readonly asked: Readonly<Record<string, readonly string[]>>;
  /** What another tab shows after the sign-out in the first. */
  readonly otherTab: string;
  /** The address that a refused login leaves in the address bar. */
  readonly refusedAt: string;
}
const noted = new Map<Side, Noted>();

const login = 'login: code S256 https://api.postern.test [email offline_access openid profile read:notes]';
const token = 'token: authorization_code';

it.concurrent.each(sides)('%s: signs in, calls two APIs, signs out, and is refused', async (side) => {
  const origin = originOf(side);
  const startedOn = new Date().toDateString();
  const context = await openBrowser();
  const take = noteRequests(context, issuer);
  const asked: Record<string, string[]> = {};
  const page = await context.newPage();

  // Signed out, on a page for everybody: its comments want a login, which comes back to this page.
  await page.goto(`${origin}/notes/7`);
  await press(page, 'Load the comments');
  await press(page, 'Log in to read them');
  await fillLogin(page, robin);
  await sees(page, 'Hello Robin');
  expect(page.url()).toBe(`${origin}/notes/7`);
  await press(page, 'Load the comments');
  await sees(page, '/notes/7 for auth0|sample');
  asked.login = take();

  // Behind the door: claims of the profile, of the app's own and of the token itself; two APIs, one token each.
  await press(page, 'My account');
  await page.getByRole('heading', { name: 'Robin Sample' }).waitFor();
  await sees(page, 'user@example.com (verified)');
  await sees(page, 'editor, reader');
  // Midnight may have come meanwhile.
  await page.getByText(new RegExp(`Signed in (${startedOn}|${new Date().toDateString()})`)).waitFor();
  await press(page, 'My files');
  await sees(page, '/files for auth0|sample');
  await press(page, 'My notes');
  await sees(page, '/notes/mine for auth0|sample');
  asked.apis = take();
  expect(api.servedTo(origin)).toEqual([
    '/notes/7 https://api.postern.test read:notes',
    '/files https://files.postern.test read:files',
    '/notes/mine https://api.postern.test read:notes',
  ]);

  await page.reload();
  await page.getByRole('heading', { name: 'Robin Sample' }).waitFor();
  asked.reload = take();

  // Out, from a page behind the door, while another tab shows it as well.
  const other = await context.newPage();
  await other.goto(`${origin}/account`);
  await other.getByRole('heading', { name: 'Robin Sample' }).waitFor();
  await press(page, 'Log out');
  await sees(page, 'Sign up');
  expect(page.url()).toBe(`${origin}/`);
  asked.logout = take();
  if (side === 'after') await sees(other, 'Sign up');
  const otherTab = (await other.locator('header p').textContent()) ?? '';

  // Without a session at the tenant the protected page leads to the login page, and a refusal back to the app.
  await press(page, 'My account');
  await page.waitForURL(`${issuer}**`);
  await fillLogin(page, locked);
  await page.getByRole('alert').filter({ hasText: 'Please ask the office.' }).waitFor();
  noted.set(side, { asked, otherTab, refusedAt: new URL(page.url()).search.split('&')[0] ?? '' });
  await context.close();
});

it.concurrent.each(sides)('%s: signs in in a window', async (side) => {
  const context = await openBrowser(robin.email);
  const take = noteRequests(context, issuer);
  const page = await context.newPage();
  await page.goto(`${originOf(side)}/`);
  const popup = page.waitForEvent('popup');
  await press(page, 'Log in in a window');
  expect((await popup).url()).not.toContain(originOf(side));
  await sees(page, 'Hello Robin');
  expect(take()).toEqual([login, token]);
  await context.close();
});

it('they ask the same of the tenant, but for what a signed-out page and a second API ask', () => {
  const [before, after] = sides.map((side) => noted.get(side)?.asked ?? expect.fail());
  const same = { reload: [], logout: ['logout: postern-spa'] };
  expect(before).toEqual({
    ...same,
    // A token is asked for by a hidden frame although nobody has signed in here.
    login: [
      'silent: code S256 https://api.postern.test [email offline_access openid profile read:notes]',
      login,
      token,
    ],
    // The scopes of the other API are asked of this one, too.
    apis: [
      'silent: code S256 https://files.postern.test [email offline_access openid profile read:files read:notes]',
      token,
    ],
  });
  expect(after).toEqual({
    ...same,
    login: [login, token],
    apis: ['silent: code S256 https://files.postern.test [openid read:files]', token],
  });
});

it('after: a sign-out reaches every tab, and a refusal leaves no trace in the address', () => {
  const [before, after] = sides.map((side) => noted.get(side) ?? expect.fail());
  expect(before?.otherTab).toContain('Hello Robin');
  expect(after?.otherTab).toContain('Log in');
  expect(before?.refusedAt).toBe('?error=access_denied');
  expect(after?.refusedAt).toBe('');
});
