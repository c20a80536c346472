import { type Case, refuses, refusesSignedIn, wrongArguments } from '../case.ts';
import { expectMatch, isText } from '../match.ts';
import { exchanging, signedIn } from '../people.ts';
import type { App, Stage } from '../stage.ts';

const unsupported = { name: /UnsupportedOperation|unsupported_operation/, code: 'unsupported_operation', status: 0 };
const transferred = {
  sessionTransferToken: isText,
  tokenType: 'urn:auth0:params:oauth:token-type:session_transfer_token',
  expiresIn: 60,
  refreshToken: isText,
};

const inNative = (rows: Case[]): Case[] => rows.map((row) => ({ ...row, place: 'native' }));
const inWeb = (rows: Case[]): Case[] => rows.map((row) => ({ ...row, place: 'web' }));

const transfers = (useDPoP: boolean): Case[] => {
  const mode = `with useDPoP ${useDPoP}`;
  const signIn = (stage: Stage) => signedIn(stage, { useDPoP });
  /** Of the app that may not transfer. */
  const signInPlain = (stage: Stage) => signedIn(stage, { useDPoP, clientId: 'postern-spa' });
  const exchangeOwn = async (app: App) => {
    const { refreshToken = '' } = await app.methods.getCredentials();
    return app.methods.ssoExchange({ refreshToken });
  };
  const fails = (stage: Stage) =>
    stage.control('/faults', { kind: 'respond', path: '/oauth/token', status: 503, body: 'Try later.' });
  return [
    ...inNative([
      {
        method: 'getSSOCredentials',
        name: `gives a transfer token and keeps the new refresh token, ${mode}`,
        async run(stage) {
          const app = await signIn(stage);
          const [before, { user }] = [await app.methods.getCredentials(), await app.state()];
          const transfer = await app.methods.getSSOCredentials();
          expectMatch(transfer, transferred, 'the transfer');
          const after = await app.methods.getCredentials();
          expectMatch(after.accessToken, before.accessToken, 'the access token');
          expectMatch(after.refreshToken, transfer.refreshToken, 'the refresh token');
          expectMatch(transfer.refreshToken, (text) => text !== before.refreshToken, 'its rotation');
          expectMatch(await app.state(), { user: (now) => now === user, error: null, isLoading: false }, 'the state');
        },
      },
      {
        method: 'ssoExchange',
        name: `gives a transfer token and stores nothing, ${mode}`,
        async run(stage) {
          const app = await signIn(stage);
          const [before, { user }] = [await app.methods.getCredentials(), await app.state()];
          const transfer = await exchangeOwn(app);
          expectMatch(transfer, transferred, 'the transfer');
          expectMatch(
            (await app.methods.getCredentials()).refreshToken,
            before.refreshToken,
            'the stored refresh token',
          );
          expectMatch(await app.state(), { user: (now) => now === user, error: null, isLoading: false }, 'the state');
        },
      },
      refuses(
        'getSSOCredentials',
        `nobody signed in, ${mode}`,
        { type: 'NO_CREDENTIALS' },
        (app) => app.methods.getSSOCredentials(),
        { useDPoP },
      ),
      refusesSignedIn(
        'getSSOCredentials',
        `a client that may not, ${mode}`,
        { code: 'unauthorized_client', status: 403 },
        signInPlain,
        (app) => app.methods.getSSOCredentials(),
      ),
      refusesSignedIn(
        'ssoExchange',
        `a client that may not, ${mode}`,
        { code: 'unauthorized_client' },
        signInPlain,
        exchangeOwn,
      ),
      refusesSignedIn(
        'getSSOCredentials',
        `a server that fails, ${mode}`,
        { status: 503 },
        signIn,
        async (app, stage) => {
          await fails(stage);
          return app.methods.getSSOCredentials();
        },
      ),
      refusesSignedIn('ssoExchange', `a server that fails, ${mode}`, { status: 503 }, signIn, async (app, stage) => {
        await fails(stage);
        return exchangeOwn(app);
      }),
      refuses(
        'ssoExchange',
        `a refresh token that is none, ${mode}`,
        { code: 'invalid_grant' },
        (app) => app.methods.ssoExchange({ refreshToken: 'unknown' }),
        { useDPoP, clientId: exchanging },
      ),
    ]),
    ...inWeb([
      refusesSignedIn('getSSOCredentials', `a browser cannot, ${mode}`, unsupported, signIn, (app) =>
        app.methods.getSSOCredentials(),
      ),
      refusesSignedIn('ssoExchange', `a browser cannot, ${mode}`, unsupported, signIn, exchangeOwn),
    ]),
  ];
};

export const sessionTransferCases: readonly Case[] = [
  ...transfers(true),
  ...transfers(false),
  ...inNative(wrongArguments('ssoExchange', { refreshToken: 'x' }, ['refreshToken'])),
];
