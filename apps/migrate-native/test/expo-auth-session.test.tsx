import { act, fireEvent, render, screen } from '@testing-library/react-native';
import { keychain } from '../../../native/device/modules/secure-store';
import { App as After } from '../src/expo-auth-session/after/app';
import { App as Before } from '../src/expo-auth-session/before/app';
import { closeThePage, giveZoeADevice, noteRequests } from './person';

/** A small app of expo-auth-session, and the same after docs/migrate.md: the same person does the same with both. */

jest.setTimeout(30_000);

/** Milliseconds by which the device's clock is ahead. It never goes back: React would wait for the time that was. */
let ahead = 0;
const { now } = Date;
Date.now = () => now() + ahead;

const sees = (text: string | RegExp) => screen.findByText(text, {}, { timeout: 5000 });
// Android writes buttons in capitals.
const button = (title: string) => sees(new RegExp(`^${title}$`, 'i'));
const press = async (title: string) => fireEvent.press(await button(title));
/** Lets everything come to pass that was set going. */
const settle = () => act(() => new Promise((resolve) => setTimeout(resolve, 300)));

describe.each([
  {
    name: 'before',
    App: Before,
    login: ['/.well-known/openid-configuration', '/oauth/token authorization_code', '/userinfo'],
    restart: ['/.well-known/openid-configuration', '/userinfo'],
    renewals: 2,
    inTheTunnel: 'Loading …',
  },
  {
    name: 'after',
    App: After,
    login: ['/.well-known/openid-configuration', '/.well-known/jwks.json', '/oauth/token authorization_code'],
    restart: [],
    renewals: 1,
    inTheTunnel: 'Hello Zoë',
  },
])('$name', ({ App, login, restart, renewals, inTheTunnel }) => {
  let opened: string[];
  let take: () => string[];

  /** The app is put away, and started again. */
  const startAgain = async () => {
    await screen.unmount();
    await render(<App />);
  };

  beforeEach(async () => {
    opened = giveZoeADevice();
    take = noteRequests();
    await render(<App />);
  });
  afterEach(() => jest.restoreAllMocks());

  it('says nothing of a page that was closed', async () => {
    closeThePage();
    await press('Sign in');
    await settle();
    await button('Sign in');
    expect(screen.queryAllByText(/.+/)).toHaveLength(1);
  });

  it('signs in, calls an API, and signs out', async () => {
    await press('Sign in');
    await sees('Hello Zoë');
    expect(take()).toEqual(login);
    await press('Call the API');
    await sees('200 auth0|zoe, 200 auth0|zoe');
    expect(take()).toEqual(['/userinfo', '/userinfo']);
    await press('Sign out');
    await button('Sign in');
    expect(take()).toEqual(['/oauth/revoke']);
    expect(opened).toEqual(['login', 'logout']);
    expect([...keychain.values()].filter((value) => value.includes('eyJ'))).toEqual([]);
  });

  it(`is still signed in after a restart, which asks ${restart.length} times`, async () => {
    await press('Sign in');
    await sees('Hello Zoë');
    take();
    await startAgain();
    await sees('Hello Zoë');
    expect(take()).toEqual(restart);
    expect(opened).toEqual(['login']);
  });

  it(`renews what is due, for two who ask at once ${renewals} times`, async () => {
    await press('Sign in');
    await sees('Hello Zoë');
    take();
    ahead += 3_660_000;
    await press('Call the API');
    await sees('200 auth0|zoe, 200 auth0|zoe');
    expect(take().filter((request) => request === '/oauth/token refresh_token')).toHaveLength(renewals);
  });

  it('signs out although no token can be renewed or revoked any more', async () => {
    await press('Sign in');
    await sees('Hello Zoë');
    ahead += 3_660_000;
    const send = globalThis.fetch;
    jest
      .spyOn(globalThis, 'fetch')
      .mockImplementation((input, init) =>
        String(input).includes('/oauth/') ? Promise.reject(new TypeError('Network request failed')) : send(input, init),
      );
    await press('Sign out');
    await button('Sign in');
    expect(opened).toEqual(['login', 'logout']);
    expect([...keychain.values()].filter((value) => value.includes('eyJ'))).toEqual([]);
  });

  it(`shows "${inTheTunnel}" when it is started where the network does not answer`, async () => {
    await press('Sign in');
    await sees('Hello Zoë');
    jest.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => undefined));
    await startAgain();
    await settle();
    await sees(inTheTunnel);
  });
});
