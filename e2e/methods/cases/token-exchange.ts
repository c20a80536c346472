import { type Case, logsIn, refuses, refusesAfter, serverTrouble, wrongArguments, wrongOption } from '../case.ts';
import { expectMatch, rejectionOf } from '../match.ts';
import { api, exchanging, files, repeat } from '../people.ts';
import type { App, Stage } from '../stage.ts';

const subjectTokenType = 'urn:postern:sample-token';

async function sign(stage: Stage, sub = 'auth0|sample'): Promise<{ subjectToken: string; subjectTokenType: string }> {
  const asked = { type: subjectTokenType, claims: { sub } };
  const { subjectToken } = await stage.control<{ subjectToken: string }>('/subject-tokens', asked);
  return { subjectToken, subjectTokenType };
}

const exchanges = 'customTokenExchange';

const customTokenExchange = (useDPoP: boolean): Case[] => {
  const options = { clientId: exchanging, audience: api, useDPoP };
  const mode = `with useDPoP ${useDPoP}`;
  const refused = (name: string, expected: Parameters<typeof refuses>[2], changes: object, sub?: string) =>
    refuses(
      exchanges,
      `${name}, ${mode}`,
      expected,
      async (app, stage) => app.methods.customTokenExchange({ ...(await sign(stage, sub)), ...changes }),
      options,
    );
  return [
    logsIn(
      exchanges,
      `signs in, ${mode}`,
      /^auth0\|sample$/,
      async (app, stage) => {
        const credentials = await app.methods.customTokenExchange(await sign(stage));
        expectMatch(credentials.tokenType, useDPoP ? 'DPoP' : 'Bearer', 'the token type');
        return credentials;
      },
      options,
    ),
    refused('a token that is none', { code: 'invalid_grant', status: 403 }, { subjectToken: 'forged' }),
    refused('a type the tenant does not know', { code: 'invalid_request' }, { subjectTokenType: 'urn:acme:unknown' }),
    refused('somebody who is not there', { code: /^(invalid_grant|access_denied)$/ }, {}, 'auth0|nobody'),
    refused('who is blocked', { code: /^(unauthorized|access_denied)$/ }, {}, 'auth0|blocked'),
    refused('who an Action denies', { code: 'access_denied', message: 'Not on a Sunday.' }, {}, 'auth0|denied'),
    refused('who has a second factor', { code: 'mfa_required', mfaRequired: { mfaToken: /./ } }, {}, 'auth0|mfa'),
    refused(
      'an API that is none',
      { status: (status) => Number(status) >= 400 },
      { audience: 'https://unknown.example' },
    ),
    refused(
      'an organization that is none',
      { status: (status) => Number(status) >= 400 },
      { organization: 'org_nobody' },
    ),
    refused('a type that is a word', { code: 'invalid_parameters', status: 0 }, { subjectTokenType: 'legacy' }),
    refused('an actor without its type', { code: 'invalid_parameters', status: 0 }, { actorToken: 'a' }),
    refused(
      'a type without its actor',
      { code: 'invalid_parameters', status: 0 },
      { actorTokenType: 'urn:acme:actor' },
    ),
    refuses(
      exchanges,
      `a client without the grant, ${mode}`,
      { code: 'unauthorized_client', status: 403 },
      async (app, stage) => app.methods.customTokenExchange(await sign(stage)),
      { useDPoP },
    ),
  ];
};

const good = { subjectToken: 's', subjectTokenType };

interface SocialToken {
  readonly subjectToken: string;
  readonly subjectTokenType: string;
  readonly userProfile?: string;
}
const mint = (stage: Stage, connection: string, more = {}) =>
  stage.control<SocialToken>('/social-tokens', {
    connection,
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    ...more,
  });

const social = 'authorizeWithExchangeNativeSocial';
const typeOf = (name: string) => `http://auth0.com/oauth/token-type/${name}`;

const nativeSocial = (useDPoP: boolean): Case[] => {
  const options = { clientId: exchanging, audience: api, useDPoP };
  const mode = `with useDPoP ${useDPoP}`;
  const tokens = [
    ['apple', 'apple-authz-code'],
    ['apple', 'apple-id-token'],
    ['facebook', 'facebook-info-session-access-token'],
    ['google-oauth2', 'google-id-token'],
  ] as const;
  const exchange = async (app: App, token: SocialToken) => app.methods.authorizeWithExchangeNativeSocial(token);
  return [
    ...tokens.map(([connection, type]) =>
      logsIn(
        social,
        `signs in with ${type}, ${mode}`,
        new RegExp(`^${connection}\\|`),
        async (app, stage) => {
          const credentials = await exchange(app, await mint(stage, connection, { type: typeOf(type) }));
          expectMatch(credentials.tokenType, useDPoP ? 'DPoP' : 'Bearer', 'the token type');
          expectMatch((await app.state()).user, { name: 'Ada Lovelace', email: 'ada@example.com' }, 'the user');
          return credentials;
        },
        options,
      ),
    ),
    refusesAfter(
      social,
      `an Apple code a second time, ${mode}`,
      { code: 'invalid_grant', status: 403 },
      async (_, stage) => {
        const token = await mint(stage, 'apple', { type: typeOf('apple-authz-code') });
        const another = await stage.open(options);
        await exchange(another, token);
        return token;
      },
      (app, token) => exchange(app, token),
      options,
    ),
    ...tokens.map(([, type]) =>
      refuses(
        social,
        `a made-up ${type}, ${mode}`,
        { code: 'invalid_grant', status: 403 },
        (app) => exchange(app, { subjectToken: 'made-up', subjectTokenType: typeOf(type), userProfile: '{}' }),
        options,
      ),
    ),
    refuses(
      social,
      `facebook without the profile, ${mode}`,
      { code: 'invalid_request', message: 'Missing required parameter: user_profile' },
      async (app, stage) => {
        const { userProfile: _, ...token } = await mint(stage, 'facebook');
        return exchange(app, token);
      },
      options,
    ),
    refuses(
      social,
      `a token of another provider, ${mode}`,
      { code: 'invalid_grant', status: 403 },
      async (app, stage) =>
        exchange(app, { ...(await mint(stage, 'google-oauth2')), subjectTokenType: typeOf('apple-id-token') }),
      options,
    ),
    refuses(
      social,
      `a profile that is no JSON, ${mode}`,
      { code: 'invalid_request', status: 400 },
      async (app, stage) => exchange(app, { ...(await mint(stage, 'apple')), userProfile: '{' }),
      options,
    ),
    refuses(
      social,
      `a client without the grant, ${mode}`,
      { code: 'unauthorized_client', status: 403 },
      async (app, stage) => exchange(app, await mint(stage, 'apple')),
      { useDPoP },
    ),
  ];
};

export const tokenExchangeCases: readonly Case[] = [
  ...customTokenExchange(true),
  ...customTokenExchange(false),
  refusesAfter(
    exchanges,
    'many forged tokens from one address',
    { code: 'too_many_attempts', status: 429 },
    (app) => repeat(10, () => rejectionOf(() => app.methods.customTokenExchange({ ...good, audience: files }))),
    (app) => app.methods.customTokenExchange(good),
    { clientId: exchanging },
  ),
  ...serverTrouble(exchanges, '/oauth/token', (app) => app.methods.customTokenExchange(good)),
  ...wrongArguments(exchanges, good, ['subjectToken', 'subjectTokenType']),
  wrongOption(exchanges, { ...good, actorTokenType: 'urn:acme:actor' }, 'actorToken', {}),
  wrongOption(exchanges, good, 'organization', {}),
  ...nativeSocial(true),
  ...nativeSocial(false),
  ...serverTrouble(social, '/oauth/token', (app) => app.methods.authorizeWithExchangeNativeSocial(good)),
  ...wrongArguments(social, good, ['subjectToken', 'subjectTokenType']),
];
