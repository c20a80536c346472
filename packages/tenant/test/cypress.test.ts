import type { StorageState } from '@postern/tenant';
import { type CypressEvents, type PosternCall, registerPostern } from '@postern/tenant/cypress/tasks';
import type { TestTenant } from '@postern/tenant/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/**
 * Cypress itself is a program that is downloaded; here is what its two sides do with it. The Node side is run as Cypress runs
 * it; the commands with a `cy` that hands tasks to that side and keeps what was asked of the browser.
 */
type Tasks = Record<string, (argument: unknown) => unknown>;
let tenant: TestTenant;
let tasks: Tasks;
let end: () => Promise<void>;

beforeEach(async () => {
  const on = ((event: string, given: unknown) => {
    if (event === 'task') tasks = given as Tasks;
    else end = given as () => Promise<void>;
  }) as CypressEvents;
  tenant = await registerPostern(on, { audience: 'https://api.postern.test' });
});
afterEach(() => end());

const task = async <T>(name: string, argument: unknown): Promise<T> => {
  const run = tasks[name];
  if (!run) throw new Error(`There is no task ${name}.`);
  const value = await run(structuredClone(argument));
  // Cypress's own rule.
  if (value === undefined) throw new Error(`The task ${name} returned undefined.`);
  return JSON.parse(JSON.stringify(value)) as T;
};
const call = <T>(name: string, ...args: unknown[]) =>
  task<T>('postern:call', { call: name, with: args } satisfies PosternCall);

describe('the Node side of Cypress', () => {
  it('tells where the tenant is, and ends it with the run', async () => {
    const facts = await task<Pick<TestTenant, 'origin' | 'audience'>>('postern:tenant', null);
    expect(facts).toMatchObject({ origin: tenant.origin, audience: 'https://api.postern.test' });
    expect((await fetch(`${facts.origin}/.well-known/jwks.json`)).status).toBe(200);
    await end();
    await expect(fetch(facts.origin)).rejects.toThrow();
  });

  it('reaches people, mail, clock and faults', async () => {
    const ann = await call<{ id: string; email: string }>('users.create', { name: 'Ann' });
    expect(await tenant.users.get(ann.id)).toMatchObject({ email: ann.email });
    await call('clock.stop');
    const now = tenant.clock.now();
    expect(await call('clock.advance', 60)).toBeNull();
    expect(tenant.clock.now()).toBe(now + 60_000);
    await call('faults.failNext', '/userinfo');
    expect((await fetch(`${tenant.origin}/userinfo`)).status).toBe(503);
    await tenant.control.users.create({ email: 'x@example.com' });
    await fetch(`${tenant.origin}/dbconnections/change_password`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: tenant.clientId, email: 'x@example.com', connection: tenant.connection }),
    });
    expect(await call('outbox.waitForLink', 'x@example.com')).toMatch(/reset/);
    expect(await call('reset')).toBeNull();
  });

  it.each(['control.secret', 'constructor', 'users.constructor.constructor', '__proto__', 'close', ''])(
    'reaches nothing else: %s',
    async (name) => {
      await expect(call(name)).rejects.toThrow(/cannot call/);
    },
  );

  it('signs in somebody of before, and creates who is not there', async () => {
    const state = (user: unknown) => task<StorageState>('postern:signedIn', user);
    expect((await state({ email: 'ann@example.com', name: 'Ann' })).cookies).toHaveLength(1);
    expect((await state({ email: 'ann@example.com' })).cookies).toHaveLength(1);
    expect(await tenant.users.list()).toHaveLength(1);
    expect((await state('ann@example.com')).cookies).toHaveLength(1);
    expect((await state({ email: 'Ann@Example.com' })).cookies).toHaveLength(1);
    await expect(state('nobody@example.com')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the commands', () => {
  it('sign the browser in by its cookies, once a session, and move both clocks', async () => {
    const commands = new Map<string, (...args: unknown[]) => unknown>();
    const asked: unknown[][] = [];
    const running: Promise<unknown>[] = [];
    let kept = false;
    const cy = {
      task(name: string, argument: unknown) {
        const value = task(name, argument);
        return {
          // biome-ignore lint/suspicious/noThenProperty: Cypress's chains are so.
          then(next: (value: unknown) => unknown) {
            const answer = value.then(next);
            running.push(answer);
            return answer;
          },
        };
      },
      // Sets up once, and again when what it kept is not valid any more.
      session(id: unknown, setup: () => void, { validate }: { validate: () => Promise<unknown> }) {
        asked.push(['session', id]);
        if (!kept) {
          setup();
          kept = true;
        } else
          running.push(
            validate().then((isValid) => {
              asked.push(['valid', isValid]);
              if (isValid === false) setup();
            }),
          );
      },
      getAllCookies: async () =>
        asked.filter(([what]) => what === 'setCookie').map(([, name, value]) => ({ name, value, domain: 'localhost' })),
      setCookie: (...args: unknown[]) => asked.push(['setCookie', ...args]),
      tick: (ms: number) => asked.push(['tick', ms]),
    };
    const add = (name: string, command: (...args: unknown[]) => unknown) => commands.set(name, command);
    vi.stubGlobal('cy', cy);
    vi.stubGlobal('Cypress', { Commands: { add } });
    await import('@postern/tenant/cypress');
    vi.unstubAllGlobals();
    expect([...commands.keys()]).toEqual(['postern', 'loginWithPostern', 'posternAdvance']);

    commands.get('loginWithPostern')?.({ email: 'ann@example.com' });
    await Promise.all(running);
    const [session, cookie] = asked;
    expect(session).toEqual(['session', ['postern', { email: 'ann@example.com' }]]);
    expect(cookie).toMatchObject([
      'setCookie',
      expect.any(String),
      expect.any(String),
      { sameSite: expect.stringMatching(/lax|no_restriction/), domain: 'localhost' },
    ]);

    commands.get('loginWithPostern')?.({ email: 'ann@example.com' });
    while (running.length > 0) await running.shift();
    expect(asked.at(-1)).toEqual(['valid', true]);
    await tenant.reset();
    commands.get('loginWithPostern')?.({ email: 'ann@example.com' });
    while (running.length > 0) await running.shift();
    expect(asked.slice(-2).map(([what, told]) => [what, told])).toEqual([
      ['valid', false],
      ['setCookie', cookie?.[1]],
    ]);
    expect((await tenant.users.list()).map(({ email }) => email)).toEqual(['ann@example.com']);

    const before = tenant.clock.now();
    commands.get('posternAdvance')?.(90);
    await Promise.all(running);
    expect(asked.at(-1)).toEqual(['tick', 90_000]);
    expect(tenant.clock.now()).toBeGreaterThanOrEqual(before + 90_000);
  });
});
