import { keychain } from '../../../native/device/modules/secure-store';
import { handTo } from '../../../native/device/modules/web-browser';
import { Browser } from '../../../native/device/person';

/** A new device, and Zoë with it. Returns what the browser was opened for: `login` or `logout`. */
export function giveZoeADevice(): string[] {
  keychain.clear();
  const browser = new Browser();
  const opened: string[] = [];
  handTo(async (url) => {
    const isLogout = url.includes('/v2/logout');
    opened.push(isLogout ? 'logout' : 'login');
    return {
      type: 'success',
      url: isLogout ? (await browser.open(url)).url : await browser.signIn(url, 'zoe@example.com', 'Correct-Horse-42'),
    };
  });
  return opened;
}

/** The next page is closed unread. */
export const closeThePage = () => handTo(async () => ({ type: 'cancel' as never }));

/** Notes what the app asks of the tenant; each call gives what was asked since the one before. */
export function noteRequests(): () => string[] {
  const noted: string[] = [];
  const send = globalThis.fetch;
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input));
    const body = String(init?.body ?? '');
    const grant = /grant_type"?[=:]"?(\w+)/.exec(body)?.[1];
    const response = await send(input, init);
    // A proof that lacks the tenant's newest nonce is asked for again (RFC 9449 section 8).
    if (response.status !== 400 || !response.headers.get('dpop-nonce'))
      noted.push([pathname, grant].filter(Boolean).join(' '));
    return response;
  });
  return () => noted.splice(0);
}
