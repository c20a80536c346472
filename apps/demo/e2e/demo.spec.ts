import { expect, test } from './demo.ts';

const day = 86_400;

test('signs in on the hosted page, and comes back to where it was', async ({ page, user }) => {
  await page.goto('/notes?filter=milk');
  await page.getByRole('button', { name: 'Sign in to continue' }).click();
  await page.getByLabel('Email address').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByLabel('New note').fill('Buy milk');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Buy milk' })).toBeVisible();
  expect(new URL(page.url()).search).toBe('?filter=milk');
});

test('signs up, and finds the mail', async ({ page, tenant }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByLabel('Email address').fill('new@example.com');
  await page.getByLabel('Password', { exact: true }).fill('Nine-Blue-Kettles-19');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('No notes yet')).toBeVisible();
  const link = await tenant.outbox.waitForLink('new@example.com', { template: 'verify_email' });
  expect((await page.goto(link))?.status()).toBe(200);
});

test.describe('with a second factor', () => {
  test.use({ userOptions: { mfa: true } });

  test('asks for the code of the app', async ({ page, tenant, user }) => {
    await page.goto('/notes');
    await page.getByRole('button', { name: 'Sign in to continue' }).click();
    await page.getByLabel('Email address').fill(user.email);
    await page.getByLabel('Password', { exact: true }).fill(user.password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByLabel('Six-digit code').fill(await tenant.mfa.totpCode(user.id));
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('No notes yet')).toBeVisible();
  });
});

test.describe('somebody who is signed in', () => {
  test.use({ signedIn: true, userOptions: { name: 'Ann', profile: { nickname: 'ann' } } });

  test.beforeEach(async ({ page }) => {
    await page.goto('/tokens');
    await page.getByRole('button', { name: 'Sign in to continue' }).click();
    await page.getByText('Bound to a key').waitFor();
  });
  const use = 'Use the access token';

  test('sees no login page', async ({ page, app, user }) => {
    expect(new URL(page.url()).origin).toBe(app);
    await page.getByRole('link', { name: 'Profile' }).click();
    await expect(page.getByText(user.email).first()).toBeVisible();
  });

  test('a token is renewed when its time is up, though the first answer gets lost', async ({
    page,
    tenant,
    advance,
  }) => {
    await advance(2 * day);
    tenant.faults.dropNext('/oauth/token');
    await page.getByRole('button', { name: use }).click();
    await expect(page.getByText('Used: the API answered with 0 notes.')).toBeVisible();
    expect(tenant.faults.pending).toBe(0);
  });

  test('offline nobody is signed out', async ({ page, context, advance }) => {
    await advance(2 * day);
    await context.setOffline(true);
    await page.getByRole('button', { name: use }).click();
    await expect(page.getByText('(NO_NETWORK)')).toBeVisible();
    await context.setOffline(false);
    await page.getByRole('button', { name: use }).click();
    await expect(page.getByText('Used: the API answered')).toBeVisible();
  });

  test('keys that were rotated change nothing', async ({ page, tenant }) => {
    await tenant.rotateKeys();
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await page.getByRole('button', { name: use }).click();
    await expect(page.getByText('Used: the API answered')).toBeVisible();
  });

  test('one who was blocked is out at the next renewal', async ({ page, tenant, user }) => {
    await tenant.users.block(user.id);
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await expect(page.getByRole('button', { name: 'Sign in to continue' })).toBeVisible();
  });
});

test.describe('at another time', () => {
  test.use({ signedIn: true });
  // Before the test has a page, as with the option `now` of the tenant.
  test.beforeAll(({ tenant }) => tenant.clock.stop(new Date('2031-02-03T04:05:06Z')));

  test('pages go by the time of the tenant, without a word', async ({ page, tenant }) => {
    await page.goto('/tokens');
    await page.getByRole('button', { name: 'Sign in to continue' }).click();
    await page.getByText('Bound to a key').waitFor();
    const now = await page.evaluate(() => Date.now());
    expect(Math.abs(now - tenant.clock.now())).toBeLessThan(60_000);
  });
});
