import { describe, expect, it } from 'vitest';
import { API, call, control, post, refresh, SCOPE, signIn, url, useControlledTenant } from './support/control-stage.ts';

useControlledTenant();

describe('T37: the control API', () => {
  const paths = [
    '/users',
    '/outbox',
    '/events',
    '/clock',
    '/faults',
    '/sessions',
    '/families',
    '/export',
    '/nothing',
    '',
  ];

  it.each<[string, Record<string, string>]>([
    ['no secret', {}],
    ['an empty one', { authorization: 'Bearer ' }],
    ['a wrong one', { authorization: `Bearer ${'x'.repeat(43)}` }],
    ['another scheme', { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` }],
    ['it in a cookie', { cookie: 'secret=x' }],
  ])('is closed, all of it, to a call with %s', async (_, headers) => {
    for (const path of paths) {
      const response = await fetch(`${url}__tenant/api${path}`, { headers });
      expect([path, response.status]).toEqual([path, 401]);
      expect(await response.json()).toMatchObject({ error: 'unauthorized' });
    }
    expect((await fetch(`${url}__tenant/api/reset`, { method: 'POST', headers })).status).toBe(401);
  });

  it('takes neither a part of the secret, nor more than it, nor it in the query', async () => {
    for (const secret of [
      control.secret.slice(0, -1),
      `${control.secret}x`,
      `${control.secret} x`,
      control.secret.toLowerCase(),
    ]) {
      expect((await call('/users', { secret })).status).toBe(401);
    }
    expect((await fetch(`${url}__tenant/api/users?secret=${control.secret}`)).status).toBe(401);
    expect((await call('/users')).status).toBe(200);
  });

  it('reads no import from somebody without the secret', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 64;
        if (sent > 64 * 1024) controller.close();
        else controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
    const status = await fetch(`${url}__tenant/api/import`, init).then(
      (response) => response.status,
      () => 'closed',
    );
    expect([401, 'closed']).toContain(status);
    expect(sent, 'kB of the 64 MB offered').toBeLessThan(16 * 1024);
  });

  it('sends no CORS header, not to an origin that may use the rest, and not to a preflight', async () => {
    const origin = 'http://localhost:5173';
    const preflight = await fetch(`${url}__tenant/api/users`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
    });
    expect(preflight.status).toBe(401);
    for (const response of [preflight, await call('/users', { headers: { origin } })]) {
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it.each<[string, string, unknown, number, string]>([
    ['POST', '/users', { emial: 'a@b.example' }, 400, 'emial: is not a known field; did you mean "email"'],
    [
      'POST',
      '/users',
      { email: 'a@b.example', connection: 'x' },
      400,
      'connection: there is no connection "x"; allowed: Username-Password-Authentication',
    ],
    ['POST', '/users', { email: 'USER@example.com' }, 409, 'email already exists'],
    [
      'PATCH',
      '/users/auth0%7Csample',
      { blocked: 'yes' },
      400,
      'blocked: "yes" is not allowed; it must be true or false',
    ],
    ['PATCH', '/users/nobody', { blocked: true }, 404, 'no user with the id nobody'],
    ['GET', '/users/nobody', undefined, 404, 'no user'],
    ['GET', '/users?limit=many', undefined, 400, 'limit'],
    ['GET', '/outbox?form=x', undefined, 400, 'form: is not a known field'],
    [
      'GET',
      '/outbox/wait?to=a@b.example&timeoutMs=1',
      undefined,
      504,
      'No message with to "a@b.example" came within 1 ms',
    ],
    ['GET', '/events/wait?type=nothing&timeoutMs=1', undefined, 504, 'No event with type "nothing" came within 1 ms'],
    ['POST', '/clock', { set: 'noon' }, 400, '{"advance": MS}'],
    ['POST', '/clock', { set: 9e15 }, 400, 'set: 9000000000000000 is too big'],
    ['POST', '/faults', { kind: 'explode' }, 400, 'kind'],
    ['POST', '/faults', { kind: 'drop', path: 'oauth/token' }, 400, 'path: must be a path such as /oauth/token'],
    ['POST', '/families/nothing/revoke', {}, 404, 'no refresh-token family'],
    ['DELETE', '/sessions/nothing', undefined, 404, 'no session'],
    [
      'POST',
      '/sign-in',
      { user: 'user@example.com', clientId: 'x' },
      400,
      'there is no client "x"; allowed: postern-spa, postern-native, postern-cli',
    ],
    ['POST', '/sign-in', { user: 'user@example.com' }, 400, 'clientId: is missing'],
    [
      'POST',
      '/sign-in',
      { user: 'user@example.com', clientId: 'postern-spa', audience: 'x' },
      400,
      'there is no API "x"',
    ],
    ['POST', '/sign-in', { user: 'nobody@example.com', clientId: 'postern-spa' }, 404, 'no user'],
    ['POST', '/session-state', {}, 400, 'user: is missing'],
    ['POST', '/import', { format: 'other' }, 400, 'format'],
    ['POST', '/nothing', {}, 404, 'The control API has no POST'],
  ])('%s %s %j is answered with what is wrong', async (method, path, body, status, text) => {
    const response = await call(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const answer = await response.json();
    expect({ status: response.status, ...answer }).toMatchObject({
      status,
      error_description: expect.stringContaining(text),
    });
  });

  it('answers a body that is no JSON with 400', async () => {
    expect((await call('/users', { method: 'POST', body: '{' })).status).toBe(400);
  });

  it('does over HTTP what it does in-process', async () => {
    const created = await (
      await post('/users', { email: 'b@example.com', password: 'Secret-Secret-1', profile: { name: 'B' } })
    ).json();
    expect(created).toMatchObject({
      id: expect.stringMatching(/^auth0\|[0-9a-f]{24}$/),
      emailVerified: true,
      profile: { name: 'B' },
    });
    const path = `/users/${encodeURIComponent(created.id)}`;
    expect(await (await call(path)).json()).toEqual(created);
    expect(await (await call('/users?search=b@example')).json()).toEqual([created]);
    expect(await (await call(path, { method: 'PATCH', body: '{"emailVerified":false}' })).json()).toMatchObject({
      emailVerified: false,
    });
    expect(await (await post(`${path}/block`, {})).json()).toMatchObject({ blocked: true });
    expect(await (await post(`${path}/unblock`, {})).json()).toMatchObject({ blocked: false });
    expect((await call(path, { method: 'DELETE' })).status).toBe(204);
    expect((await call(path)).status).toBe(404);

    expect(await (await post('/clock', { set: 1_800_000_000_000 })).json()).toEqual({
      now: 1_800_000_000_000,
      stopped: true,
    });
    expect(await (await post('/clock', { advance: 5 })).json()).toEqual({ now: 1_800_000_000_005, stopped: true });
    expect(await (await post('/clock', { reset: true })).json()).toMatchObject({ stopped: false });
    expect(await (await post('/faults', { kind: 'delay', path: '/x', ms: 1, times: 2 })).json()).toHaveLength(2);
    expect((await call('/faults', { method: 'DELETE' })).status).toBe(204);
    expect(control.faults.list()).toEqual([]);
    expect((await call('/keys/rotate', { method: 'POST' })).status).toBe(204);

    const tokens = await (
      await post('/sign-in', { user: 'auth0|sample', clientId: 'postern-spa', audience: API, scope: SCOPE })
    ).json();
    const [family] = await (await call('/families?userId=auth0%7Csample')).json();
    expect(await (await post(`/families/${family.id}/revoke`, {})).json()).toEqual({ revoked: true });
    expect(await (await post(`/families/${family.id}/revoke`, {})).json()).toEqual({ revoked: false });
    expect((await refresh(tokens.refresh_token)).status).toBe(403);
    const [session] = await (await call('/sessions')).json();
    expect((await call(`/sessions/${session.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await (await post('/users/auth0%7Csample/revoke', {})).json()).toEqual({ revoked: 0 });
    expect(await (await call('/events?type=keys.rotated')).json()).toHaveLength(1);
    expect(await (await call('/outbox')).json()).toEqual([]);
  });

  it('shows no hash, and no token or secret in any event', async () => {
    const tokens = await signIn();
    const { cookies } = await control.sessionState({ user: 'auth0|sample' });
    await control.users.update('auth0|sample', { password: 'Another-Horse-43' });
    const shown = JSON.stringify([
      await control.users.list(),
      await control.sessions.list(),
      await control.families.list(),
      await control.events.list(),
    ]);
    const secrets = [
      tokens.access_token,
      tokens.refresh_token,
      cookies[0]?.value,
      control.secret,
      'argon2',
      'Another-Horse-43',
      'tokenHash',
    ];
    for (const secret of secrets) expect(shown).not.toContain(String(secret));
  });
});
