import { type Case, logsIn, refuses, refusesAfter, sends, serverTrouble, wrongArguments } from '../case.ts';
import { expectMatch, rejectionOf } from '../match.ts';
import { api, sample } from '../people.ts';
import type { App } from '../stage.ts';

const redirectUri = 'http://127.0.0.1/callback';
const verifier = 'v'.repeat(43);

/** A code for `verifier`, as an app that shows the login page itself gets it. */
async function codeOf(app: App, visit: (url: string, user: string) => Promise<string>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  const url = app.auth0.auth.authorizeUrl({
    redirectUri,
    state: 'mine',
    scope: 'openid profile offline_access',
    audience: api,
    code_challenge: btoa(String.fromCharCode(...hash))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', ''),
    code_challenge_method: 'S256',
  });
  return new URL(await visit(url, sample.username)).searchParams.get('code') ?? '';
}

const authorizeWithExchange: Case[] = [
  logsIn('authorizeWithExchange', 'signs in', /^auth0\|sample$/, async (app, stage) => {
    const code = await codeOf(app, stage.visit);
    return app.methods.authorizeWithExchange({ code, verifier, redirectUri });
  }),
  refuses(
    'authorizeWithExchange',
    'a code that is none',
    { code: 'invalid_grant', message: 'Invalid authorization code' },
    (app) => app.methods.authorizeWithExchange({ code: 'x', verifier, redirectUri }),
  ),
  refusesAfter(
    'authorizeWithExchange',
    'a verifier of another login',
    { code: 'invalid_grant', message: 'Failed to verify code verifier' },
    (app, stage) => codeOf(app, stage.visit),
    (app, code) => app.methods.authorizeWithExchange({ code, verifier: 'w'.repeat(43), redirectUri }),
  ),
  refusesAfter(
    'authorizeWithExchange',
    'another redirect URI',
    { code: 'invalid_grant' },
    (app, stage) => codeOf(app, stage.visit),
    (app, code) => app.methods.authorizeWithExchange({ code, verifier, redirectUri: 'http://127.0.0.1/other' }),
  ),
  ...serverTrouble('authorizeWithExchange', '/oauth/token', (app) =>
    app.methods.authorizeWithExchange({ code: 'x', verifier, redirectUri }),
  ),
  ...wrongArguments('authorizeWithExchange', { code: 'x', verifier, redirectUri }, ['code', 'verifier', 'redirectUri']),
];

const revokeRefreshToken: Case[] = [
  {
    method: 'revokeRefreshToken',
    name: 'ends the session at its next renewal',
    async run(stage) {
      const app = await stage.open();
      const { refreshToken = '' } = await app.methods.loginWithPasswordRealm(sample);
      expectMatch(await app.methods.revokeRefreshToken({ refreshToken }), undefined, 'the answer');
      expectMatch(await app.state(), { user: { sub: 'auth0|sample' }, error: null }, 'the state');
      const error = await rejectionOf(() => app.methods.getCredentials(undefined, 0, {}, true));
      expectMatch(error, { type: 'RENEW_FAILED', code: 'invalid_grant' }, 'the error');
      expectMatch((await app.state()).user, null, 'the user');
    },
  },
  sends('revokeRefreshToken', 'takes one that is unknown', async (app) => {
    expectMatch(await app.methods.revokeRefreshToken({ refreshToken: 'unknown' }), undefined, 'the answer');
  }),
  ...serverTrouble('revokeRefreshToken', '/oauth/revoke', (app) =>
    app.methods.revokeRefreshToken({ refreshToken: 'unknown' }),
  ),
  ...wrongArguments('revokeRefreshToken', { refreshToken: 'x' }, ['refreshToken']),
];

export const exchangeCases: readonly Case[] = [...authorizeWithExchange, ...revokeRefreshToken];
