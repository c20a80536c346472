import { type Case, refuses, refusesSignedIn } from '../case.ts';
import { expectMatch, isText, type Pattern, rejectionOf } from '../match.ts';
import { files, signedIn } from '../people.ts';
import type { App, Stage } from '../stage.ts';

const claimsOf = (token: string): { aud?: string | string[] } =>
  JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')));
const isFor = (audience: string) => (token: unknown) => [claimsOf(String(token)).aud].flat().includes(audience);

/** The pages of a browser say whether one refresh token serves both APIs; elsewhere it is the only way. */
const withMrrt = (useDPoP: boolean) => ({ useMrrt: true, useDPoP });

const getApiCredentials = (useDPoP: boolean): Case[] => {
  const method = 'getApiCredentials';
  const mode = `with useDPoP ${useDPoP}`;
  const signIn = (stage: Stage) => signedIn(stage, withMrrt(useDPoP));
  const get = (app: App) => app.methods.getApiCredentials(files, 'read:files');
  const refused = (
    name: string,
    expected: Pattern,
    act: (app: App, stage: Stage) => Promise<unknown>,
    ends?: boolean,
  ) => refusesSignedIn(method, `${name}, ${mode}`, expected, signIn, act, ends);
  const fault = (stage: Stage, add: object) => stage.control('/faults', { path: '/oauth/token', ...add });
  return [
    {
      method,
      name: `gives that API’s token, keeps it, and leaves the login’s and the user alone, ${mode}`,
      async run(stage) {
        const app = await signIn(stage);
        const [before, { user }] = [await app.methods.getCredentials(), await app.state()];
        const token = await get(app);
        expectMatch(
          token,
          { accessToken: isFor(files), tokenType: useDPoP ? 'DPoP' : 'Bearer', scope: /\bread:files\b/ },
          'the credentials',
        );
        expectMatch(Object.keys(token).sort(), ['accessToken', 'expiresAt', 'scope', 'tokenType'], 'their names');
        const asked = stage.requests().length;
        expectMatch((await get(app)).accessToken, token.accessToken, 'the token of the second call');
        expectMatch(stage.requests().slice(asked), [], 'requests of the second call');
        const after = await app.methods.getCredentials();
        expectMatch(after.accessToken, before.accessToken, 'the login’s token');
        expectMatch(after.refreshToken, (text) => isText(text) && text !== before.refreshToken, 'the refresh token');
        expectMatch(await app.state(), { user: (now) => now === user, error: null, isLoading: false }, 'the state');

        expectMatch(await app.methods.clearApiCredentials('https://unknown.example'), undefined, 'clearing another');
        expectMatch((await get(app)).accessToken, token.accessToken, 'the token after clearing another');
        expectMatch(await app.methods.clearApiCredentials(files), undefined, 'clearApiCredentials()');
        const cleared = stage.requests().length;
        await get(app);
        expectMatch(stage.requests().slice(cleared), ['POST /oauth/token'], 'requests after clearing it');
        expectMatch((await app.methods.getCredentials()).accessToken, before.accessToken, 'the login’s token at last');
        expectMatch(await app.state(), { user: (now) => now === user, error: null, isLoading: false }, 'the state');
      },
    },
    refused('an API that is none', { status: (status) => Number(status) >= 400 }, (app) =>
      app.methods.getApiCredentials('https://unknown.example'),
    ),
    refused('a life that no token has', { type: 'LARGE_MIN_TTL' }, (app) =>
      app.methods.getApiCredentials(files, undefined, 40 * 86_400),
    ),
    refused('a server that fails', { type: 'API_ERROR', status: 503 }, async (app, stage) => {
      await fault(stage, { kind: 'respond', status: 503, body: 'Try later.' });
      return get(app);
    }),
    refused('a broken connection', { type: 'NO_NETWORK' }, async (app, stage) => {
      await fault(stage, { kind: 'drop', times: 6 });
      return get(app);
    }),
    refused(
      'a refresh token that was revoked',
      { type: 'RENEW_FAILED', code: 'invalid_grant' },
      async (app) => {
        const { refreshToken = '' } = await app.methods.getCredentials();
        await app.methods.revokeRefreshToken({ refreshToken });
        return get(app);
      },
      true,
    ),
    refuses(method, `nobody signed in, ${mode}`, { type: 'NO_CREDENTIALS' }, get, withMrrt(useDPoP)),
  ];
};

const getDPoPHeaders = (useDPoP: boolean): Case[] => {
  const method = 'getDPoPHeaders';
  const mode = `with useDPoP ${useDPoP}`;
  const signIn = (stage: Stage) => signedIn(stage, withMrrt(useDPoP));
  const proofOf = (headers: Record<string, string>) =>
    (headers.DPoP ?? '').split('.').map((part) => {
      try {
        return JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))) as Record<string, unknown>;
      } catch {
        return {};
      }
    });
  return [
    {
      method,
      name: `presents the token at /userinfo, ${mode}`,
      async run(stage) {
        const app = await signIn(stage);
        const { user } = await app.state();
        const { accessToken, tokenType } = await app.methods.getCredentials();
        const url = `${stage.issuer}userinfo`;
        const ask = async (nonce?: string) => {
          const more = nonce ? { nonce } : {};
          const headers = await app.methods.getDPoPHeaders({ url, method: 'GET', accessToken, tokenType, ...more });
          return { headers, response: await fetch(url, { headers }) };
        };
        let { headers, response } = await ask();
        expectMatch(
          Object.keys(headers).sort(),
          useDPoP ? ['Authorization', 'DPoP'] : ['Authorization'],
          'the headers',
        );
        expectMatch(headers.Authorization, `${useDPoP ? 'DPoP' : 'Bearer'} ${accessToken}`, 'Authorization');
        if (useDPoP && response.status === 401)
          ({ headers, response } = await ask(response.headers.get('dpop-nonce') ?? ''));
        expectMatch(response.status, 200, 'the status at /userinfo');
        expectMatch(await response.json(), { sub: 'auth0|sample' }, 'who /userinfo says it is');
        if (useDPoP) {
          const [header, claims] = proofOf(headers);
          expectMatch(
            header,
            { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', d: undefined } },
            'the proof’s header',
          );
          expectMatch(claims, { htm: 'GET', htu: url, ath: isText, jti: isText }, 'the proof’s claims');
          expectMatch((await fetch(url, { headers })).status, 401, 'the status of a proof used twice');
          const stolen = { Authorization: `Bearer ${accessToken}` };
          expectMatch((await fetch(url, { headers: stolen })).status, 401, 'the status without a proof');
        }
        expectMatch(await app.state(), { user: (now) => now === user, error: null, isLoading: false }, 'the state');
      },
    },
    {
      method,
      name: `a Bearer token gets a Bearer header, ${mode}`,
      isLocal: true,
      async run(stage) {
        const app = await stage.open({ useDPoP });
        const parameters = { url: 'https://a.example/', method: 'GET', accessToken: 't', tokenType: 'Bearer' };
        const headers = await app.methods.getDPoPHeaders(parameters);
        expectMatch(Object.keys(headers), ['Authorization'], 'the headers');
        expectMatch(headers.Authorization, 'Bearer t', 'Authorization');
      },
    },
    ...(['url', 'method', 'accessToken', 'tokenType'] as const).map((name) =>
      refusesSignedIn(
        method,
        `no ${name}, ${mode}`,
        {
          name: (text) => isText(text),
          type: 'DPOP_MISSING_PARAMETER',
          message: (text) => String(text).includes(name),
        },
        signIn,
        (app) =>
          app.methods.getDPoPHeaders({
            ...{ url: 'https://a.example/', method: 'GET', accessToken: 't', tokenType: 'DPoP' },
            [name]: '',
          }),
      ),
    ),
    refuses(
      method,
      `a bound token and no key, ${mode}`,
      { type: (type) => isText(type), message: isText },
      (app) =>
        app.methods.getDPoPHeaders({ url: 'https://a.example/', method: 'GET', accessToken: 't', tokenType: 'DPoP' }),
      { useDPoP },
    ),
  ];
};

const nothing: Case[] = [undefined, null, 'text', true, []].map((parameters) => ({
  method: 'getDPoPHeaders',
  name: `wrong arguments: ${JSON.stringify(parameters) ?? 'nothing'}`,
  isLocal: true,
  async run(stage) {
    const app = await stage.open();
    const error = await rejectionOf(() => app.methods.getDPoPHeaders(parameters as never));
    expectMatch(error, { type: 'DPOP_MISSING_PARAMETER' }, 'the error');
  },
}));

const noAudience: Case[] = [undefined, null, '', {}, 7].map((audience) => ({
  method: 'getApiCredentials',
  name: `wrong arguments: the audience ${JSON.stringify(audience) ?? 'missing'}`,
  isLocal: true,
  async run(stage) {
    const app = await stage.open();
    const error = await rejectionOf(() => app.methods.getApiCredentials(audience as never));
    expectMatch(error, { code: /^(missing|invalid)_parameters$/, message: /audience/ }, 'the error');
  },
}));

export const apiCases: readonly Case[] = [
  ...getApiCredentials(true),
  ...getApiCredentials(false),
  ...noAudience,
  ...getDPoPHeaders(true),
  ...getDPoPHeaders(false),
  ...nothing,
];
