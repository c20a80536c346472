import { createHmac } from 'node:crypto';
import { fireEvent, render, screen, waitFor } from '@testing-library/react-native';
import { Platform } from 'react-native';
import { sendOverHttp } from '../../../native/device/http';
import { showFinger } from '../../../native/device/modules/local-authentication';
import { keychain } from '../../../native/device/modules/secure-store';
import { handTo } from '../../../native/device/modules/web-browser';
import { Browser } from '../../../native/device/person';
import { App } from '../src/app';

/** An app written for react-native-auth0 runs, with `postern` in its place, at a real tenant. */

const tenant = JSON.parse(process.env.POSTERN_TENANT ?? '{}') as { control: string; secret: string };
const zoe = { email: 'zoe@example.com', password: 'Correct-Horse-42' };

jest.setTimeout(30_000);

// Android writes buttons in capitals.
const press = async (title: string) => fireEvent.press(await sees(new RegExp(`^${title}$`, 'i')));
const type = (label: string, text: string) => fireEvent.changeText(screen.getByLabelText(label), text);
const sees = (text: string | RegExp) => screen.findByText(text, {}, { timeout: 4000 });

async function open(title: string) {
  await render(<App />);
  await press(title);
}

/** Six digits of an authenticator app (RFC 6238). */
function totp(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g)?.map((octet) => Number.parseInt(octet, 2)) ?? [];
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', Uint8Array.from(bytes)).update(counter).digest();
  const at = (digest[19] ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function readCode(to: string): Promise<string> {
  const { body } = await sendOverHttp(`${tenant.control}/api/outbox/wait?to=${encodeURIComponent(to)}`, {
    headers: { authorization: `Bearer ${tenant.secret}` },
  });
  const { code } = JSON.parse(body) as { code: string };
  return code;
}

beforeEach(() => {
  keychain.clear();
  showFinger(() => ({ success: true }));
  const browser = new Browser();
  handTo(async (url) => ({
    type: 'success',
    url: url.includes('/v2/logout')
      ? (await browser.open(url)).url
      : await browser.signIn(url, zoe.email, zoe.password),
  }));
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
});

it('logs in and out by the hook', async () => {
  await open('Hooks');
  await sees('Not logged in');
  await press('Log In');
  await sees('Hello Zoë 山田 😀 (zoe@example.com)');
  await press('Log Out');
  await sees('Not logged in');
});

it('tells a closed page by the error’s class and code', async () => {
  handTo(async () => ({ type: 'cancel' as never }));
  await open('Hooks');
  await press('Log In');
  await sees('You closed the page.');
});

it('manages credentials', async () => {
  await open('Credentials');
  await press('Get credentials');
  await sees('Log in first.');
  await press('Hooks');
  await press('Log In');
  await sees(/^Hello/);
  await press('Credentials');
  for (const [button, text] of [
    ['Get credentials', /^token of type DPoP until \d+$/],
    ['Force a refresh', 'new token'],
    ['Has valid credentials', 'valid'],
    ['Get API credentials', /^API token for .*read:files/],
    ['Save them again', 'done'],
    ['Make DPoP headers', 'Authorization DPoP'],
    ['Revoke it', 'revoked for auth0|zoe'],
    ['Has valid credentials', 'invalid'],
  ] as const) {
    await press(button);
    await sees(text);
  }
});

it('stays locked to the wrong finger', async () => {
  await open('Hooks');
  await press('Log In');
  await sees(/^Hello/);
  await screen.unmount();
  showFinger(() => ({ success: false, error: 'authentication_failed' }));
  await open('Credentials');
  await press('Get credentials');
  await sees(/^Locked\.$/);
});

it('signs up, logs in with a password, and tells a wrong one', async () => {
  await open('Password');
  const email = `new-${Platform.OS}@example.com`;
  await type('Email', email);
  await type('Password', 'Seven-Quiet-Otters-7');
  await press('Sign up');
  await sees(`created ${email}`);
  await type('Password', 'wrong');
  await press('Log in');
  await sees(/^invalid_grant|Wrong email or password/);
  await type('Password', 'Seven-Quiet-Otters-7');
  await press('Log in');
  await sees(`In as ${email}`);
  await press('Forgot it');
  await sees('done');
  await press('Forget me here');
  await sees('Out');
});

it('logs in with a code by mail', async () => {
  await open('Passwordless');
  const address = `mail-${Platform.OS}@example.com`;
  await type('Address', address);
  await press('Mail a code');
  await sees('done');
  await type('Code', await readCode(address));
  await press('Log in by mail');
  await sees(`In as ${address}`);
});

it('logs in with a code by text message', async () => {
  await open('Passwordless');
  const phone = Platform.OS === 'ios' ? '+4915112345671' : '+4915112345672';
  await type('Address', phone);
  await press('Text a code');
  await sees('done');
  await type('Code', await readCode(phone));
  await press('Log in by text');
  await sees(`In as ${phone}`);
});

it('asks for a second factor', async () => {
  await open('MFA');
  await type('Email', `mfa-${Platform.OS}@example.com`);
  await press('Log in');
  await sees('a second factor is wanted');
  await press('List factors');
  await sees('otp');
  await type('One-time code', '000000');
  await press('Verify code');
  await sees('Refused: Invalid otp_code.');
  await type('One-time code', totp('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'));
  await press('Verify code');
  await sees('In as Kim Sample');
});

it('works with one client and promises, in a class component', async () => {
  await open('Classes');
  await sees('Class: not logged in');
  await press('Class log in');
  await sees('Class hello Zoë 山田 😀');
  await press('Class renew');
  await sees('renewed');
  await press('Class forgot it');
  await sees('a mail is on its way');
  await press('Class log out');
  await waitFor(() => sees('Class: not logged in'));
});
