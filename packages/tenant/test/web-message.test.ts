import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readForm } from './support/browser.ts';
import { type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

interface Sent {
  readonly message: { type: string; response: Record<string, string> };
  readonly origin: string;
}

/** Runs the page's script with a window that only records what is posted. */
function run(html: string, frame: 'opener' | 'parent' | 'top'): Sent[] {
  const sent: Sent[] = [];
  const other = { postMessage: (message: Sent['message'], origin: string) => sent.push({ message, origin }) };
  const window: Record<string, unknown> = { opener: frame === 'opener' ? other : null };
  window.parent = frame === 'parent' ? other : window;
  const data = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
  const script = /<script nonce="[^"]+">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
  runInNewContext(script, { window, document: { getElementById: () => ({ textContent: data }) } });
  return JSON.parse(JSON.stringify(sent));
}

const silent = { response_mode: 'web_message', prompt: 'none' };

describe('web_message', () => {
  it.each(['parent', 'opener'] as const)(
    'T20: the %s gets code, state and iss, at the registered origin only',
    async (frame) => {
      const browser = test.browser();
      await browser.logIn(test.authorizeUrl());
      const page = await browser.open(test.authorizeUrl(silent));
      expect(run(page.html, frame)).toEqual([
        {
          origin: 'https://app.example.test',
          message: {
            type: 'authorization_response',
            response: { code: expect.stringMatching(/^[\w-]{43}$/), state: 'the-state', iss: test.issuer },
          },
        },
      ]);
    },
  );
  it('T20: an error travels the same way', async () => {
    const page = await test.browser().open(test.authorizeUrl(silent));
    expect(page.status).toBe(200);
    const [sent] = run(page.html, 'parent');
    expect(sent?.message.response).toEqual({
      error: 'login_required',
      error_description: 'Login required',
      state: 'the-state',
      iss: test.issuer,
    });
  });
  it('T20: opened by nobody, it posts nothing', async () => {
    expect(run((await test.browser().open(test.authorizeUrl(silent))).html, 'top')).toEqual([]);
  });
  it('T20: the payload is escaped', async () => {
    const state = '</script><script>alert(1)</script><!--\u2028&"\'';
    const page = await test.browser().open(test.authorizeUrl({ ...silent, state }));
    expect(page.html.match(/<script/g)).toHaveLength(2);
    expect(page.html).not.toContain('<!--');
    expect(run(page.html, 'parent')[0]?.message.response.state).toBe(state);
  });
  it('T20: an unregistered origin gets an error page and no message', async () => {
    const url = test.authorizeUrl({ ...silent, client_id: 'strict-spa' });
    const page = await test.browser().open(url);
    expect([page.status, page.callback]).toEqual([403, undefined]);
    expect(page.html).not.toContain('postMessage');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect((await test.lastEvent('authorize.rejected')).sentence).toContain('not among its webOrigins');
  });
  it('T20, T21: only the registered origin may frame it, and only its own script runs', async () => {
    const page = await test.browser().open(test.authorizeUrl(silent));
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain('frame-ancestors https://app.example.test');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('x-frame-options')).toBeNull();
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '?';
    expect(page.html).toContain(`<script nonce="${nonce}">`);
    const second = await test.browser().open(test.authorizeUrl(silent));
    expect(second.headers.get('content-security-policy')).not.toContain(nonce);
  });
  it('a frame on an IPv6 loopback origin is allowed by its scheme, as CSP cannot name it', async () => {
    const changes = { client_id: 'dev-spa', redirect_uri: 'http://[::1]:5173/' };
    const page = await test.browser().open(test.authorizeUrl({ ...silent, ...changes }));
    expect(page.headers.get('content-security-policy')).toMatch(/frame-ancestors http:$/);
    expect(run(page.html, 'parent')[0]?.origin).toBe('http://[::1]:5173');
    const login = await test.browser().open(test.authorizeUrl(changes));
    expect(login.headers.get('content-security-policy')).toContain("form-action 'self' http:;");
  });
  it('a popup signs in on the pages and then gets the message', async () => {
    const browser = test.browser();
    const page = await browser.logIn(test.authorizeUrl({ response_mode: 'web_message' }));
    expect(page.url.pathname).toBe('/authorize/resume');
    expect(run(page.html, 'opener')[0]?.message.response.code).toMatch(/^[\w-]{43}$/);
  });
});

describe('form_post', () => {
  it('sends itself, and has a button without JavaScript', async () => {
    const page = await test.browser().logIn(test.authorizeUrl({ response_mode: 'form_post', state: '"><i>' }));
    const form = readForm(page.html);
    expect(form).toMatchObject({ method: 'POST', action: 'https://app.example.test/callback' });
    expect(form.fields).toEqual({ code: expect.stringMatching(/^[\w-]{43}$/), state: '"><i>', iss: test.issuer });
    expect(page.html).toContain('<button type="submit">');
    expect(page.html).not.toContain('<i>');
    expect(page.html).toContain('document.forms[0].submit()');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain('form-action https://app.example.test');
    expect(policy).toContain("frame-ancestors 'none'");
  });
  it('is refused to a custom scheme, which no form can reach', async () => {
    const url = test.authorizeUrl({
      client_id: 'native',
      redirect_uri: 'com.example.app://callback',
      response_mode: 'form_post',
    });
    expect((await test.browser().open(url)).callback?.searchParams.get('error')).toBe('invalid_request');
  });
});
