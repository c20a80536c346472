import { describe, expect, it } from 'vitest';
import { readForm } from './support/browser.ts';
import { codeFor, somebody, start, test, usePasswordlessTenant } from './support/passwordless-stage.ts';
import { callback, challenge, claimsOf, codeOf, secret } from './support/protocol.ts';

usePasswordlessTenant();

describe('the link', () => {
  const authParams = {
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid email',
    state: 'its-state',
    nonce: 'its-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  const linkFor = async (changes: Record<string, unknown> = {}, email = somebody()) => {
    expect((await start({ email, send: 'link', authParams, ...changes })).status).toBe(200);
    const { link = '' } = await test.newest(email);
    return { email, link };
  };

  it('opened in any tab of a browser signs it in and brings the app a code with its state', async () => {
    const { email, link } = await linkFor();
    const browser = test.browser();
    const page = await browser.open(link);
    expect(page.callback?.searchParams.get('state')).toBe('its-state');
    const answer = await test.redeem(codeOf(page), { client_id: 'app' });
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({ email, email_verified: true, nonce: 'its-nonce' });
    const silent = await browser.open(test.authorizeUrl({ client_id: 'app', prompt: 'none' }));
    expect(codeOf(silent)).not.toBe('');
  });

  it.each([
    ['a HEAD request', { method: 'HEAD' }],
    ['a program that scans mails', {}],
    ['a browser that fetches ahead', { headers: { 'sec-fetch-dest': 'document', 'sec-purpose': 'prefetch' } }],
    ['a page that shows it as an image', { headers: { 'sec-fetch-dest': 'image' } }],
  ])('is not used up by %s', async (_, init: RequestInit) => {
    const { link } = await linkFor();
    const looked = await fetch(link, { ...init, redirect: 'manual' });
    expect([looked.status, looked.headers.get('location')]).toEqual([200, null]);
    expect(looked.headers.getSetCookie().some((cookie) => cookie.includes('session'))).toBe(false);
    expect(codeOf(await test.browser().open(link))).not.toBe('');
  });

  it('asks what does not say that it goes to a page to press a button, which signs in', async () => {
    const { email, link } = await linkFor();
    const browser = test.browser();
    const response = await browser.request(link);
    const asked = {
      url: new URL(link),
      status: response.status,
      headers: response.headers,
      html: await response.text(),
    };
    expect(asked.headers.get('content-security-policy')).toContain(`form-action 'self' ${new URL(callback).origin}`);
    const page = await browser.submit({ ...asked, callback: undefined });
    expect(page.callback?.searchParams.get('state')).toBe('its-state');
    const answer = await test.redeem(codeOf(page), { client_id: 'app' });
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({ email });
  });

  it('T21: its button does nothing without the CSRF token of this browser', async () => {
    const { link } = await linkFor();
    const asked = await test.browser().request(link);
    const { fields } = readForm(await asked.text());
    for (const body of [{}, fields] as Record<string, string>[]) {
      const refused = await fetch(link, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' });
      expect(refused.status).toBe(403);
    }
    expect(codeOf(await test.browser().open(link))).not.toBe('');
  });

  it('T32: works once', async () => {
    const { link } = await linkFor();
    await test.browser().open(link);
    const again = await test.browser().open(link);
    expect(again.status).toBe(400);
    expect(again.html).toContain('This link no longer works');
    expect(again.callback).toBeUndefined();
  });

  it('T32: only the newest works, and a code replaces a link', async () => {
    const first = await linkFor();
    const second = await linkFor({}, first.email);
    expect((await test.browser().open(first.link)).status).toBe(400);
    await codeFor(first.email);
    expect((await test.browser().open(second.link)).status).toBe(400);
  });

  it('T32: expires by the clock', async () => {
    const { link } = await linkFor();
    await test.advance(181_000);
    expect((await test.browser().open(link)).status).toBe(400);
    await test.resetClock();
  });

  it('T32: with a changed secret, client, address or connection leads nowhere', async () => {
    const { link } = await linkFor();
    const change = (name: string, value: string) => {
      const url = new URL(link);
      url.searchParams.set(name, value);
      return test.browser().open(url);
    };
    for (const [name, value] of [
      ['verification_code', 'x'],
      ['client_id', 'other-app'],
      ['client_id', 'nobody'],
      ['email', 'ada@example.com'],
      ['connection', 'sms'],
    ] as const)
      expect((await change(name, value)).status).toBe(400);
  });

  it('T1: leads to no address that is not registered, whatever the app or the link says', async () => {
    const { link } = await linkFor({ authParams: { ...authParams, redirect_uri: 'https://evil.example/' } });
    const page = await test.browser().open(link);
    expect(page.callback).toBeUndefined();
    expect(page.status).toBe(403);
    const good = await linkFor();
    const changed = new URL(good.link);
    changed.searchParams.set('redirect_uri', 'https://evil.example/');
    expect((await test.browser().open(changed)).callback?.origin).toBe(new URL(callback).origin);
  });

  it('T9: brings no tokens in the address', async () => {
    const { link } = await linkFor({ authParams: { ...authParams, response_type: 'token id_token' } });
    const page = await test.browser().open(link);
    expect(page.callback?.searchParams.get('error')).toBe('unsupported_response_type');
    expect(page.callback?.hash).toBe('');
  });

  it('T4: a public app that sent no code_challenge gets an error in place of a code', async () => {
    const { link } = await linkFor({ authParams: { ...authParams, code_challenge: '' } });
    const page = await test.browser().open(link);
    expect(page.callback?.searchParams.get('error')).toBe('invalid_request');
    expect(page.callback?.searchParams.get('state')).toBe('its-state');
  });

  it('without authParams goes to the first callback of a server app', async () => {
    const { link } = await linkFor({ client_id: 'server', client_secret: secret, authParams: undefined });
    const page = await test.browser().open(link);
    expect(page.callback?.href.startsWith(callback)).toBe(true);
    const answer = await test.redeem(codeOf(page), {
      client_id: 'server',
      client_secret: secret,
      code_verifier: undefined,
    });
    expect(answer.status).toBe(200);
  });

  it('of a blocked user signs nobody in', async () => {
    const { link } = await linkFor({}, 'blocked@example.com');
    const browser = test.browser();
    const page = await browser.open(link);
    expect(page.status).toBe(403);
    const silent = await browser.open(test.authorizeUrl({ client_id: 'app', prompt: 'none' }));
    expect(silent.callback?.searchParams.get('error')).toBe('login_required');
  });
});
