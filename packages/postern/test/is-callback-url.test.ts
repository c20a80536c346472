import { describe, expect, it } from 'vitest';
import { isCallbackUrl } from '../src/platform/expo/is-callback-url.ts';

describe('known failure 1d-45: what the router is not to look for', () => {
  it.each([
    'com.example.app.auth0://tenant.example.com/ios/com.example.app/callback?code=c&state=s',
    'com.example.app.auth0://tenant.example.com/android/com.example.app/callback?error=access_denied&state=s',
    'https://tenant.example.com/android/com.example.app/callback?code=c&state=s',
    // After a logout nothing is added to it.
    'com.example.app.auth0://tenant.example.com/android/com.example.app/callback',
    'COM.EXAMPLE.APP.AUTH0://tenant.example.com/ios/com.example.app/callback#',
    'exp://192.168.1.5:8081/--/callback?code=c&state=s',
  ])('%s', (url) => expect(isCallbackUrl(url)).toBe(true));

  it('the app’s own redirectUrl, whatever is added to it', () => {
    expect(isCallbackUrl('com.example.app://welcome?code=c&state=s', 'com.example.app://welcome')).toBe(true);
    expect(isCallbackUrl('com.example.app://welcome/back?code=c', 'com.example.app://welcome')).toBe(false);
  });

  it.each([
    'com.example.app://profile',
    'com.example.app://callback',
    'com.example.app://orders?code=c&state=s',
    'com.example.app://help/callback/how-it-works',
    'com.example.app://x?next=/ios/com.example.app/callback',
    'exp://192.168.1.5:8081/--/profile?next=/--/callback',
    '',
  ])('a screen’s: %s', (url) => expect(isCallbackUrl(url)).toBe(false));
});
