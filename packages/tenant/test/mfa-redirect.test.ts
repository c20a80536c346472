import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from './support/browser.ts';
import { type MfaTest, multiFactor, startMfaTest } from './support/mfa.ts';
import { claimsOf, codeOf } from './support/protocol.ts';

let test: MfaTest;
let browser: Browser;
beforeEach(async () => {
  test = await startMfaTest();
  browser = test.browser();
});
afterEach(() => test.close());

const ada = { username: 'ada@example.com', password: 'Engine-Horse-42' };
const grace = { username: 'grace@example.com', password: 'Engine-Horse-42' };
const url = (changes: Record<string, string | undefined> = {}) => test.authorizeUrl({ client_id: 'app', ...changes });

/** What the pages do to the session when a factor was proved. */
async function proveFactor(): Promise<void> {
  const [session] = await test.tenant.context.store.sessions.list();
  await test.tenant.context.store.sessions.update(session?.id ?? '', { amr: ['pwd', 'mfa', 'otp'] });
}

const resume = (page: Page) =>
  browser.open(new URL(`/authorize/resume?state=${page.url.searchParams.get('state')}`, test.issuer));
const tokensOf = async (page: Page, client = 'app') => (await test.redeem(codeOf(page), { client_id: client })).body;

describe('a login through the browser', () => {
  it('comes to the page of the second factor before there is a code, and stays there', async () => {
    const page = await browser.logIn(url(), ada);
    expect([page.url.pathname, page.callback]).toEqual(['/u/mfa', undefined]);
    for (let count = 0; count < 2; count++) expect((await resume(page)).url.pathname).toBe('/u/mfa');
    expect((await browser.open(url())).url.pathname).toBe('/u/mfa');
  });
  it('goes on once a factor was proved, and tells so in the ID token', async () => {
    const page = await browser.logIn(url({ nonce: 'n' }), ada);
    await proveFactor();
    const tokens = await tokensOf(await resume(page));
    expect(claimsOf(String(tokens.id_token))).toMatchObject({
      amr: ['pwd', 'mfa', 'otp'],
      acr: multiFactor,
      nonce: 'n',
    });
    expect((await test.refresh(String(tokens.refresh_token), { client_id: 'app' })).status).toBe(200);
  });
  it('a session that had its second factor is not asked again, by another client neither', async () => {
    await browser.logIn(url(), ada);
    await proveFactor();
    expect(codeOf(await browser.open(url()))).not.toBe('');
    expect(codeOf(await browser.open(url({ client_id: 'always' })))).not.toBe('');
    expect(codeOf(await browser.open(url({ acr_values: multiFactor })))).not.toBe('');
  });
  it('signing in again owes it again', async () => {
    await browser.logIn(url(), ada);
    await proveFactor();
    const page = await browser.logIn(url({ prompt: 'login' }), ada);
    expect(page.url.pathname).toBe('/u/mfa');
  });
  it('who owes nothing gets the code, without amr', async () => {
    const tokens = await tokensOf(await browser.logIn(url(), grace));
    expect(claimsOf(String(tokens.id_token))).not.toHaveProperty('amr');
    expect(claimsOf(String(tokens.id_token))).not.toHaveProperty('acr');
  });
  it('another person’s second factor does not count', async () => {
    await browser.logIn(url(), ada);
    await proveFactor();
    const page = await browser.logIn(url({ prompt: 'login', client_id: 'always' }), grace);
    expect(page.url.pathname).toBe('/u/mfa');
  });
});

describe('policies', () => {
  it.each([
    ['never', ada, undefined, false],
    ['never', ada, multiFactor, false],
    ['adaptive', ada, undefined, false],
    ['adaptive', ada, multiFactor, true],
    ['adaptive', grace, `urn:other ${multiFactor}`, true],
    ['adaptive', ada, 'urn:other', false],
    ['always', grace, undefined, true],
    ['app', grace, undefined, false],
    ['app', grace, multiFactor, true],
  ])('client %s: %o with acr_values %s', async (client, who, acrValues, asked) => {
    const page = await browser.logIn(url({ client_id: client, acr_values: acrValues }), who);
    expect(page.callback === undefined).toBe(asked);
    if (asked) expect(page.url.pathname).toBe('/u/mfa');
  });
  it('acr_values steps up a session that has no second factor', async () => {
    const adaptive = { client_id: 'adaptive' };
    await browser.logIn(url(adaptive), ada);
    const page = await browser.open(url({ ...adaptive, acr_values: multiFactor }));
    expect(page.url.pathname).toBe('/u/mfa');
    await proveFactor();
    const tokens = await tokensOf(await resume(page), 'adaptive');
    expect(claimsOf(String(tokens.id_token)).acr).toBe(multiFactor);
  });
});

describe('silently', () => {
  it('T24: prompt=none shows no page: mfa_required', async () => {
    await browser.logIn(url(), ada);
    const page = await browser.open(url({ prompt: 'none' }));
    expect(Object.fromEntries(page.callback?.searchParams ?? [])).toMatchObject({
      error: 'mfa_required',
      error_description: 'Multifactor authentication required',
      state: 'the-state',
    });
    expect((await test.lastEvent('authorize.rejected')).sentence).toContain('owes a second factor');
    await proveFactor();
    expect(codeOf(await browser.open(url({ prompt: 'none' })))).not.toBe('');
  });
  it('a login that owes nothing is not told so', async () => {
    await browser.logIn(url(), grace);
    expect(codeOf(await browser.open(url({ prompt: 'none' })))).not.toBe('');
  });
});

it('a code of before the second factor does not exist: the interaction is not consumed by waiting', async () => {
  const page = await browser.logIn(url(), ada);
  const other = test.browser();
  const stolen = await other.open(page.url);
  expect(stolen.callback).toBeUndefined();
  await proveFactor();
  const elsewhere = await other.open(
    new URL(`/authorize/resume?state=${page.url.searchParams.get('state')}`, test.issuer),
  );
  expect(elsewhere.callback).toBeUndefined();
  expect(codeOf(await resume(page))).not.toBe('');
});
