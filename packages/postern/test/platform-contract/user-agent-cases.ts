import type { Platform } from '../../src/platform/platform.ts';
import { eventually, expectEqual, expectThat, rejectionOf } from './check.ts';
import type { Case, Scene } from './contract.ts';

/** What the login page does: see `login-pages.ts`. */
type Page = 'allow' | 'refuse' | 'wait';

async function begin(scene: Scene, { userAgent }: Platform, page: Page, timeoutMs = 30_000) {
  const prepared = userAgent.prepare(scene.mode);
  const state = crypto.randomUUID();
  const redirectUri = (await prepared.redirectUri?.(undefined)) ?? scene.redirectUri;
  const url = new URL(`/${page}`, scene.issuer);
  url.searchParams.set('redirect_uri', redirectUri);
  url.searchParams.set('state', state);
  const request = { url: url.href, redirectUri, mode: scene.mode, state, issuerOrigin: scene.issuer, timeoutMs };
  const result = prepared.present(request);
  // Some cases look at it only later.
  result.catch(() => undefined);
  return { state, redirectUri, result, url: url.href };
}

const seen = async (scene: Scene): Promise<string[]> =>
  (await (await fetch(new URL('/seen', scene.issuer))).json()) as string[];

const isShown = (scene: Scene, what: string) =>
  eventually(`${what} is on screen`, async () => (await seen(scene)).some((url) => url.includes(what)), 20_000);

async function expectCallback({ state, redirectUri, result }: Awaited<ReturnType<typeof begin>>): Promise<void> {
  const answer = await result;
  expectEqual(answer, { kind: 'callback', url: `${redirectUri}?code=c0de%2F1&state=${state}` }, 'the callback');
}

export const userAgentCases: readonly Case[] = [
  {
    port: 'userAgent',
    name: 'knows the way it is asked for',
    run: async (scene) => {
      const { userAgent } = scene.open();
      expectThat(userAgent.modes.includes(scene.mode), `${scene.mode} is among its modes`);
      for (const uri of [userAgent.defaultRedirectUri, userAgent.defaultReturnTo]) {
        const given = uri({ domain: 'https://example.com' });
        expectThat(given === undefined || URL.canParse(given), 'a default address is one, or there is none');
      }
    },
  },
  {
    port: 'userAgent',
    name: 'shows the login page and brings the callback back, byte for byte',
    run: async (scene) => expectCallback(await begin(scene, scene.open(), 'allow')),
  },
  {
    port: 'userAgent',
    name: 'a refusal is a callback, too',
    run: async (scene) => {
      const { state, result } = await begin(scene, scene.open(), 'refuse');
      const answer = await result;
      const { searchParams } = new URL(answer.kind === 'callback' ? answer.url : 'about:blank');
      expectEqual([searchParams.get('error'), searchParams.get('state')], ['access_denied', state], 'the answer');
    },
  },
  {
    port: 'userAgent',
    name: 'cancel() ends a login on screen by a0.session.user_cancelled, and the next one works',
    run: async (scene) => {
      const platform = scene.open();
      const login = await begin(scene, platform, 'wait');
      await isShown(scene, login.state);
      await platform.userAgent.cancel();
      expectEqual((await rejectionOf(login.result)).code, 'a0.session.user_cancelled', 'its code');
      await expectCallback(await begin(scene, platform, 'allow'));
    },
  },
  {
    port: 'userAgent',
    name: 'cancel() with nothing on screen does nothing, before a login and after it',
    run: async (scene) => {
      const platform = scene.open();
      await platform.userAgent.cancel();
      await expectCallback(await begin(scene, platform, 'allow'));
      await platform.userAgent.cancel();
    },
  },
  {
    port: 'userAgent',
    name: 'a login that nobody finishes ends by code timeout, and the next one works',
    run: async (scene) => {
      const platform = scene.open();
      const login = await begin(scene, platform, 'wait', 300);
      expectEqual((await rejectionOf(login.result)).code, 'timeout', 'its code');
      await expectCallback(await begin(scene, platform, 'allow'));
    },
  },
  {
    port: 'userAgent',
    name: 'a second login while one is on screen gets its own callback, or is refused by a code and disturbs nothing',
    run: async (scene) => {
      const platform = scene.open();
      const first = await begin(scene, platform, 'wait');
      await isShown(scene, first.state);
      const second = await begin(scene, platform, 'allow');
      if (scene.hasManyLogins) await expectCallback(second);
      else expectThat(!!(await rejectionOf(second.result)).code, 'the refusal has a code');
      const still = await Promise.race([first.result, Promise.resolve('on screen')]);
      expectEqual(still, 'on screen', 'the first');
      await platform.userAgent.cancel();
      expectEqual((await rejectionOf(first.result)).code, 'a0.session.user_cancelled', 'the first, cancelled');
    },
  },
  {
    port: 'userAgent',
    name: 'abandon() closes what was prepared, and the next login works',
    run: async (scene) => {
      const platform = scene.open();
      const prepared = platform.userAgent.prepare(scene.mode);
      await prepared.redirectUri?.(undefined);
      prepared.abandon();
      prepared.abandon();
      await expectCallback(await begin(scene, platform, 'allow'));
    },
  },
  {
    port: 'userAgent',
    name: 'logout shows the page of the tenant that ends its session',
    leaves: true,
    run: async (scene) => {
      const { userAgent } = scene.open();
      const returnTo = scene.redirectUri;
      const url = `${scene.issuer}/logout?of=${encodeURIComponent(scene.name)}&returnTo=${encodeURIComponent(returnTo)}`;
      const { kind } = await userAgent.logout({ url, returnTo });
      expectThat(kind === 'left' || kind === 'callback', `"${kind}" is a result`);
    },
    after: (scene) => isShown(scene, `of=${encodeURIComponent(scene.name)}`),
  },
];
