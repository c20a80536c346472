import { AuthError } from '../../errors/auth-error.ts';

/**
 * Looks for what this package cannot do without. React Native's own `URL` fails in silence (a pathname that is set stays as it
 * was, a copied URLSearchParams is empty), so that a login would only fail half-way.
 *
 * @throws AuthError `InitializationError` code `invalid_configuration`, with what to install.
 */
export function checkEngine(): void {
  if (!hasWholeUrl())
    throw refuse(
      'React Native’s own URL is not a whole one. In an Expo app import "expo" first; in any other run ' +
        '"npm install react-native-url-polyfill" and put `import "react-native-url-polyfill/auto";` first in index.js.',
    );
  const missing = ['TextEncoder', 'fetch', 'Headers', 'Response', 'AbortController'].filter(
    (name) => !(name in globalThis),
  );
  if (missing.length > 0)
    throw refuse(`This JavaScript engine has no ${missing.join(', ')}: React Native 0.78 or newer with Hermes has.`);
}

function hasWholeUrl(): boolean {
  try {
    const url = new URL('HTTPS://Example.com:443/a/../b?x=1');
    const isNormal = url.href === 'https://example.com/b?x=1';
    url.pathname = '/c';
    url.searchParams.set('y', 'ü');
    const copy = new URLSearchParams(new URLSearchParams('code=1'));
    const callback = new URL('com.example.app://host/callback?code=1');
    return (
      isNormal &&
      url.href === 'https://example.com/c?x=1&y=%C3%BC' &&
      copy.get('code') === '1' &&
      callback.search === '?code=1' &&
      callback.pathname === '/callback' &&
      !URL.canParse('not a url')
    );
  } catch {
    return false;
  }
}

const refuse = (message: string) => new AuthError('InitializationError', message, { code: 'invalid_configuration' });
