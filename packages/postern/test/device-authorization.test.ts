import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Credentials, DeviceUserCode } from '../src/types/index.ts';
import { answerDevice } from './support/approve-device.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer } from './support/server.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.renew());
afterAll(() => world.close());

/** How many logins wait for their next poll, rather than for an answer. */
let waiting: () => number;

/** A login that has shown its code. */
async function begin(signal?: AbortSignal) {
  const { clock } = world.device;
  const { setTimeout, clearTimeout } = clock;
  const waits = new Set<unknown>();
  waiting = () => waits.size;
  vi.spyOn(clock, 'setTimeout').mockImplementation((callback, ms) => {
    const handle = setTimeout(() => {
      waits.delete(handle);
      callback();
    }, ms);
    // The others are the time limits of requests.
    if (ms <= 60_000) waits.add(handle);
    return handle;
  });
  vi.spyOn(clock, 'clearTimeout').mockImplementation((handle) => {
    waits.delete(handle);
    clearTimeout(handle);
  });
  // The clock runs ahead while requests are under way: none of them is to time out by that.
  const { auth0 } = world.open({ clientId: 'postern-cli', timeout: 3_600_000 });
  let login: Promise<unknown> = Promise.resolve();
  const code = await new Promise<DeviceUserCode>((onUserCode, reject) => {
    login = auth0.session.login(() => auth0.auth.deviceAuthorization({ onUserCode, ...(signal ? { signal } : {}) }));
    login.catch(reject);
  });
  return { auth0, login: login as Promise<Credentials>, code };
}

/** Lets the person's device poll now and then, until it has its answer. */
async function poll<T>(login: Promise<T>): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  login.then(end, end);
  while (!isOver) {
    if (waiting() > 0) world.advance(5);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return login;
}

describe('auth.deviceAuthorization', () => {
  it('shows a code, waits, and signs in once the person allowed it', async () => {
    const { auth0, login, code } = await begin();
    expect(code).toEqual({
      userCode: expect.stringMatching(/^\w{4}-\w{4}$/),
      verificationUri: `${world.origin}/activate`,
      verificationUriComplete: `${world.origin}/activate?user_code=${code.userCode}`,
      expiresAt: expect.any(Number),
    });
    world.advance(5);
    expect(await answerDevice(world.tenant, code.verificationUriComplete ?? '', 'allow')).toContain('connected');
    const credentials = await poll(login);
    expect(credentials).toMatchObject({ tokenType: 'DPoP', refreshToken: expect.any(String) });
    expect(credentials.scope).toContain('read:notes');
    expect(auth0.session.getSnapshot().user?.email).toBe('user@example.com');
    expect(await auth0.credentialsManager.getCredentials(undefined, 0, {}, true)).toMatchObject({ tokenType: 'DPoP' });
  });

  it('rejects when the person does not allow it', async () => {
    const { login, code } = await begin();
    await answerDevice(world.tenant, code.verificationUriComplete ?? '', 'cancel');
    expect(await rejection(poll(login))).toMatchObject({ code: 'access_denied' });
  });

  it('rejects when nobody allowed it in time', async () => {
    const { login } = await begin();
    world.advance(900);
    expect(await rejection(poll(login))).toMatchObject({ code: 'expired_token' });
  });

  it('asks less often when told to, and when the server cannot be reached', async () => {
    const { login, code } = await begin();
    const refused = rejection(login);
    const before = world.tokenRequests.length;
    const count = () => world.tokenRequests.length - before;
    const polled = (times: number) => expect.poll(() => [count(), waiting()]).toEqual([times, 1]);
    // The tenant's clock stands still, so that the second poll comes too early for it.
    world.tenant.control.clock.set(Date.now());
    world.device.clock.advance(5000);
    await polled(1);
    world.device.clock.advance(5000);
    await polled(2);
    world.device.clock.advance(9000);
    expect(waiting()).toBe(1);
    world.device.clock.advance(1500);
    await polled(3);
    await answerDevice(world.tenant, code.verificationUriComplete ?? '', 'cancel');
    world.advance(60);
    expect(await refused).toMatchObject({ code: 'access_denied' });
  });

  it('ends by its signal', async () => {
    const controller = new AbortController();
    const { login } = await begin(controller.signal);
    controller.abort();
    expect(await rejection(login)).toMatchObject({ code: 'a0.session.user_cancelled' });
    const late = rejection(begin(controller.signal));
    expect(await late).toMatchObject({ code: 'a0.session.user_cancelled' });
  });

  it('rejects where client or server know no device flow', async () => {
    const { auth0 } = world.open();
    const nothing = rejection(auth0.auth.deviceAuthorization({} as never));
    expect((await nothing).code).toBe('missing_parameters');
    const refused = await rejection(auth0.auth.deviceAuthorization({ onUserCode: () => undefined }));
    expect(refused.code).toBe('unauthorized_client');

    const server = await createTestServer();
    server.answer = (request, response) => {
      const isMetadata = request.url === '/.well-known/openid-configuration';
      response.writeHead(isMetadata ? 200 : 404, { 'content-type': 'application/json' });
      response.end(isMetadata ? JSON.stringify({ issuer: server.origin, token_endpoint: `${server.origin}/t` }) : '{}');
    };
    const plain = world.open({ domain: server.origin }).auth0;
    const unsupported = await rejection(plain.auth.deviceAuthorization({ onUserCode: () => undefined }));
    expect(unsupported.code).toBe('unsupported_operation');
    await server.close();
  });
});
