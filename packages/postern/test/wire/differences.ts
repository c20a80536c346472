import { version } from '../../src/protocol/telemetry.ts';

/**
 * Where our requests and results are not those of react-native-auth0 5.11.1, and why. `wire.test.ts` holds both clients to
 * it: a difference that is not here fails, and so does one that is here and is not there. docs/differences.md shows it.
 */
export interface RequestDifference {
  /** Calls of `calls.ts` it shows in. */
  readonly calls: readonly string[];
  /** `header <name>` or `field <name>`. */
  readonly part: string;
  /** What each sends; undefined: nothing. */
  readonly theirs: unknown;
  readonly ours: unknown;
  readonly why: string;
}

const logins = [
  'passwordRealm',
  'passwordRealm with a scope',
  'exchangeNativeSocial',
  'loginWithEmail',
  'loginWithSMS',
];
const mfa = ['loginWithOTP', 'loginWithOTP with an audience', 'loginWithOOB', 'loginWithRecoveryCode'];
const tokenRequests = [...logins, ...mfa, 'exchange', 'refreshToken', 'refreshToken with a scope'];
const json = ['createUser', 'createUser with metadata', 'resetPassword', 'resetPassword for an organization'];
const starts = ['passwordlessWithEmail', 'passwordlessWithEmail by link', 'passwordlessWithSMS'];
const others = [...json, ...starts, 'multifactorChallenge', 'userInfo', 'revoke'];

const encoded = (name: string, version: string) => Buffer.from(JSON.stringify({ name, version })).toString('base64');

export const requestDifferences: readonly RequestDifference[] = [
  {
    calls: [...tokenRequests, ...others],
    part: 'header auth0-client',
    theirs: encoded('react-native-auth0', '5.11.1'),
    ours: encoded('postern', version),
    why: 'It says who calls.',
  },
  {
    calls: [...tokenRequests, 'revoke'],
    part: 'header content-type',
    theirs: 'application/json',
    ours: 'application/x-www-form-urlencoded',
    why: 'RFC 6749 and RFC 7009 ask for a form, and servers other than Auth0 take nothing else. The fields are the same.',
  },
  {
    calls: ['userInfo'],
    part: 'header content-type',
    theirs: 'application/json',
    ours: undefined,
    why: 'A GET has no content.',
  },
  ...[
    ['openid profile email', logins.filter((call) => call !== 'passwordRealm with a scope')] as const,
    ['openid read:notes', ['passwordRealm with a scope']] as const,
  ].map(([scope, calls]) => ({
    calls,
    part: 'field scope',
    theirs: scope,
    ours: `${scope} offline_access`,
    why: 'A login asks for a refresh token unless `useRefreshTokens` is off: with none, the next `getCredentials()` fails.',
  })),
  {
    calls: ['refreshToken'],
    part: 'field scope',
    theirs: 'openid profile email',
    ours: undefined,
    why: 'A scope that nobody asked for narrows the token: `read:notes` would be gone after the first renewal (RFC 6749 section 6).',
  },
  {
    calls: ['refreshToken with a scope'],
    part: 'field scope',
    theirs: 'openid read:notes',
    ours: 'read:notes',
    why: 'The scope of a renewal is sent as given.',
  },
  {
    calls: ['loginWithOTP with an audience'],
    part: 'field audience',
    theirs: undefined,
    ours: 'https://api.example',
    why: 'The parameter is there, and is sent.',
  },
  {
    calls: ['revoke'],
    part: 'field token_type_hint',
    theirs: undefined,
    ours: 'refresh_token',
    why: 'RFC 7009 section 2.1: it spares the server a search.',
  },
];

/** Results of the same call with the same answer. */
export interface ResultDifference {
  readonly call: string;
  readonly status: number;
  readonly answer: unknown;
  readonly theirs: unknown;
  readonly ours: unknown;
  readonly why: string;
}

export const resultDifferences: readonly ResultDifference[] = [
  {
    call: 'createUser with metadata',
    status: 200,
    answer: { _id: 'a', email: 'a@b.example', user_metadata: { favourite_colour: 'teal' } },
    theirs: { id: 'a', email: 'a@b.example', userMetadata: { favouriteColour: 'teal' } },
    ours: { id: 'a', email: 'a@b.example', userMetadata: { favourite_colour: 'teal' } },
    why: 'The names in the metadata are the app’s own.',
  },
  {
    call: 'userInfo',
    status: 200,
    answer: { sub: 'auth0|a', given_name: 'Zoë', 'https://example.com/my_role': 'admin' },
    theirs: { sub: 'auth0|a', givenName: 'Zoë', 'https://example.com/myRole': 'admin' },
    ours: { sub: 'auth0|a', givenName: 'Zoë', 'https://example.com/my_role': 'admin' },
    why: 'The name of a custom claim is a URL, not a word to respell; ID tokens keep it too.',
  },
  {
    call: 'createUser',
    status: 400,
    answer: { code: 'user_exists', description: 'The user already exists.' },
    theirs: { code: 'user_exists', message: 'Unknown error' },
    ours: { code: 'user_exists', message: 'The user already exists.' },
    why: 'Errors of `/dbconnections` have their text in `description`.',
  },
  {
    call: 'refreshToken',
    status: 200,
    answer: { access_token: 'a', token_type: 'Bearer', expires_in: 60 },
    theirs: { accessToken: 'a', refreshToken: undefined },
    ours: { accessToken: 'a', refreshToken: 'R' },
    why: 'Without rotation an answer has no refresh token, and the one that was sent goes on: storing the result must not lose it.',
  },
  {
    call: 'passwordRealm',
    status: 200,
    answer: 'OK',
    theirs: { accessToken: undefined, expiresAt: Number.NaN },
    ours: { name: 'InvalidResponse', code: 'invalid_response' },
    why: 'A token answer without a token is no login.',
  },
  {
    call: 'resetPassword without a connection',
    status: 200,
    answer: 'We have sent an email.',
    theirs: undefined,
    ours: { name: 'MissingParameters', code: 'missing_parameters' },
    why: 'The server would refuse it; the app learns it sooner, and by the parameter’s name.',
  },
];
