import { createHash } from 'node:crypto';

/**
 * What the tenant's storage holds after each of `count` people signed in once, in the shape its repositories write: a user,
 * a browser session, a family with its first refresh token, the spent login form and code, and the three events.
 */

export const api = 'https://api.postern.test';
export const clientId = 'postern-spa';
export const scope = 'openid profile email offline_access read:notes';
export const callback = 'http://localhost:3000/';
export const password = 'Correct-Horse-42';
const connection = 'Username-Password-Authentication';
const DAY = 86_400_000;

export interface Table {
  readonly name: string;
  /** Column names with their type in both engines. */
  readonly columns: Readonly<Record<string, 'text' | 'bigint'>>;
  row(n: number): readonly (string | number | null)[];
}

/** The refresh token of person `n` before its first renewal. */
export const firstRefreshToken = (n: number): string => `growth-refresh-token-${n}`;
export const emailOf = (n: number): string => `person-${n}@example.com`;

const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
const userId = (n: number) => `auth0|growth-${n}`;
const sessionId = (n: number) => hash(`session ${n}`);
const familyId = (n: number) => hash(`family ${n}`);

/**
 * @param passwordHash argon2id of `password`; one for everybody, as each costs 20 ms to make
 * @param now milliseconds; people signed in one after another within the last hour
 */
export function populate(count: number, passwordHash: string, now: number): Table[] {
  const at = (n: number) => now - 3_600_000 + Math.floor((n / count) * 3_500_000);
  const code = (n: number) =>
    JSON.stringify({
      clientId,
      userId: userId(n),
      redirectUri: callback,
      codeChallenge: hash(`challenge ${n}`),
      scope: scope.split(' '),
      audience: api,
      nonce: 'n',
      sessionId: sessionId(n),
      authTime: at(n),
      tellAuthTime: false,
      amr: ['pwd'],
      rememberedBrowser: false,
      idTokenClaims: {},
      accessTokenClaims: {},
      issued: { accessTokenHash: hash(`access ${n}`), accessTokenExpiresAt: at(n) + DAY, familyId: familyId(n) },
    });
  const interaction = (n: number) =>
    JSON.stringify({
      clientId,
      params: {
        redirectUri: callback,
        responseMode: 'query',
        state: 's',
        scope: scope.split(' '),
        prompt: [],
        codeChallenge: hash(`challenge ${n}`),
        audience: api,
        nonce: 'n',
      },
      prompt: 'login',
      browser: hash(`browser ${n}`),
      result: { authenticated: sessionId(n) },
    });
  const artifacts = {
    kind: 'text',
    hash: 'text',
    subject: 'text',
    data: 'text',
    created_at: 'bigint',
    expires_at: 'bigint',
    consumed_at: 'bigint',
  } as const;
  const events = {
    at: 'bigint',
    type: 'text',
    outcome: 'text',
    sentence: 'text',
    client_id: 'text',
    user_id: 'text',
    details: 'text',
  } as const;
  const event = (type: string, sentence: (n: number) => string, details: (n: number) => object | null): Table => ({
    name: 'events',
    columns: events,
    row: (n) => {
      const about = details(n);
      const detail = about === null ? null : JSON.stringify(about);
      return [at(n), type, 'success', sentence(n), clientId, userId(n), detail];
    },
  });
  return [
    {
      name: 'users',
      columns: {
        id: 'text',
        connection: 'text',
        email: 'text',
        email_key: 'text',
        email_verified: 'bigint',
        profile: 'text',
        user_metadata: 'text',
        app_metadata: 'text',
        password_hash: 'text',
        password_history: 'text',
        created_at: 'bigint',
        updated_at: 'bigint',
        last_login_at: 'bigint',
        logins_count: 'bigint',
      },
      row: (n) => [
        userId(n),
        connection,
        emailOf(n),
        emailOf(n),
        1,
        JSON.stringify({ name: `Person ${n}`, given_name: 'Person', family_name: String(n), nickname: `person-${n}` }),
        '{}',
        '{}',
        passwordHash,
        '[]',
        at(n) - 1000,
        at(n) - 1000,
        at(n),
        1,
      ],
    },
    {
      name: 'sessions',
      columns: {
        id: 'text',
        token_hash: 'text',
        user_id: 'text',
        created_at: 'bigint',
        auth_time: 'bigint',
        last_used_at: 'bigint',
        idle_expires_at: 'bigint',
        absolute_expires_at: 'bigint',
        amr: 'text',
      },
      row: (n) => [
        sessionId(n),
        hash(`cookie ${n}`),
        userId(n),
        at(n),
        at(n),
        at(n),
        at(n) + 3 * DAY,
        at(n) + 7 * DAY,
        '["pwd"]',
      ],
    },
    {
      name: 'session_clients',
      columns: { session_id: 'text', client_id: 'text', first_used_at: 'bigint' },
      row: (n) => [sessionId(n), clientId, at(n)],
    },
    {
      name: 'artifacts',
      columns: artifacts,
      row: (n) => ['authorization_code', hash(`code ${n}`), userId(n), code(n), at(n), at(n) + 60_000, at(n) + 100],
    },
    {
      name: 'artifacts',
      columns: artifacts,
      row: (n) => ['interaction', hash(`interaction ${n}`), null, interaction(n), at(n), at(n) + 3_600_000, at(n) + 50],
    },
    {
      name: 'refresh_families',
      columns: {
        id: 'text',
        user_id: 'text',
        client_id: 'text',
        audience: 'text',
        scope: 'text',
        session_id: 'text',
        auth_time: 'bigint',
        data: 'text',
        created_at: 'bigint',
        last_used_at: 'bigint',
        idle_expires_at: 'bigint',
        absolute_expires_at: 'bigint',
      },
      row: (n) => [
        familyId(n),
        userId(n),
        clientId,
        api,
        scope,
        sessionId(n),
        at(n),
        JSON.stringify({ tellAuthTime: false, amr: ['pwd'], rememberedBrowser: false }),
        at(n),
        at(n),
        at(n) + 30 * DAY,
        at(n) + 30 * DAY,
      ],
    },
    {
      name: 'refresh_tokens',
      columns: { hash: 'text', family_id: 'text', generation: 'bigint', created_at: 'bigint' },
      row: (n) => [hash(firstRefreshToken(n)), familyId(n), 1, at(n)],
    },
    event(
      'login.success',
      (n) => `User ${userId(n)} signed in for client ${clientId} (pwd).`,
      () => null,
    ),
    event(
      'authorize.success',
      (n) => `Client ${clientId} got an authorization code for user ${userId(n)}, scope "${scope}".`,
      () => ({ audience: api, response_mode: 'query' }),
    ),
    event(
      'token.issued',
      (n) => `Tokens for user ${userId(n)}, audience ${api}, scope "${scope}", went to client ${clientId}.`,
      (n) => ({ audience: api, scope, id_token: true, refresh_token: true, family_id: familyId(n) }),
    ),
  ];
}
