import { createHash, randomBytes } from 'node:crypto';
import { createBrowser, type Page, readForm } from '../../packages/tenant/test/support/browser.ts';
import { expectJson, type HttpClient } from './http-client.ts';

/** Where somebody signs in, and as whom. */
export interface SignInTarget {
  readonly origin: string;
  readonly authorizePath: string;
  readonly tokenPath: string;
  readonly clientId: string;
  /** What this server is asked beside the standard's own parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What the script of its login page does with what was typed, where it has no form that is simply sent. */
  readonly sendByScript?: (page: Page, typed: Typed, fetchAs: Fetch) => Promise<string>;
}

interface Typed {
  readonly email: string;
  readonly password: string;
}

type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

export const callback = 'http://127.0.0.1:1/callback';
export const scope = 'openid profile email offline_access read:notes write:notes';
export const audience = 'https://api.postern.test';
export const password = 'Correct-Horse-42';

const random = () => randomBytes(32).toString('base64url');

/**
 * A whole login, as a browser that never was there before: authorize, login page, password, code, tokens, with PKCE. Of the
 * pages the HTML is loaded, and not their styles, scripts and pictures.
 *
 * @returns the refresh token
 */
export async function signIn(client: HttpClient, target: SignInTarget, email: string): Promise<string> {
  const browser = createBrowser(target.origin, client.fetch);
  const [verifier, state, nonce] = [random(), random(), random()];
  const url = new URL(target.authorizePath, target.origin);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: target.clientId,
    redirect_uri: callback,
    scope,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...target.parameters,
  }).toString();

  let page = await browser.open(url);
  for (let steps = 0; page.callback === undefined; steps += 1) {
    if (page.status !== 200 || steps === 3)
      throw new Error(`The login ended at ${page.url} with ${page.status}: ${page.html.slice(0, 300)}`);
    page = await answer(page, { email, password });
  }
  const answered = page.callback.searchParams;
  const code = answered.get('code');
  if (code === null || answered.get('state') !== state) throw new Error(`The login ended at ${page.callback}`);

  const tokens = await expectJson(
    await client.fetch(new URL(target.tokenPath, target.origin), {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: target.clientId,
        redirect_uri: callback,
        code,
        code_verifier: verifier,
      }),
    }),
  );
  if (nonceOf(tokens.id_token) !== nonce) throw new Error('The ID token is not of this login.');
  if (typeof tokens.access_token !== 'string' || typeof tokens.refresh_token !== 'string')
    throw new Error('The login gave no access token or no refresh token.');
  return tokens.refresh_token;

  async function answer(shown: Page, typed: Typed): Promise<Page> {
    if (target.sendByScript && shown.html.includes('type="password"')) {
      const html = await target.sendByScript(shown, typed, browser.request);
      return browser.submit({ ...shown, html });
    }
    return browser.submit(shown, fill(shown.html, typed));
  }
}

/** Fills in the password and the name of the first form; one with neither is sent as it is. */
function fill(html: string, typed: Typed): Record<string, string> {
  const names = Object.keys(readForm(html).fields);
  return Object.fromEntries(
    names.flatMap((name) => {
      if (name === 'password') return [[name, typed.password]];
      return ['username', 'email', 'login'].includes(name) ? [[name, typed.email]] : [];
    }),
  );
}

function nonceOf(idToken: unknown): unknown {
  const payload = typeof idToken === 'string' ? (idToken.split('.')[1] ?? '') : '';
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')).nonce;
}
