import { useState } from 'react';
import Auth0, {
  Auth0Provider,
  AuthError,
  type Credentials,
  CredentialsManagerError,
  CredentialsManagerErrorCodes,
  TokenType,
  type User,
  useAuth0,
  WebAuthError,
  WebAuthErrorCodes,
  type WebAuthorizeParameters,
} from 'react-native-auth0';

/**
 * An app written for react-native-auth0 5.11 on the web. It imports nothing else, and is built twice: with that package, and
 * with this one in its place.
 */

export interface AppOptions {
  domain: string;
  clientId: string;
  useDPoP?: boolean;
}

const loginParameters: WebAuthorizeParameters = {
  audience: 'https://api.postern.test',
  scope: 'openid profile email offline_access read:notes',
  additionalParameters: { ui_locales: 'en' },
};

export function explain(error: unknown): string {
  if (error instanceof WebAuthError && error.type === WebAuthErrorCodes.USER_CANCELLED) return 'You changed your mind.';
  if (error instanceof CredentialsManagerError) {
    switch (error.type) {
      case CredentialsManagerErrorCodes.NO_CREDENTIALS:
      case CredentialsManagerErrorCodes.NO_REFRESH_TOKEN:
        return 'Please sign in.';
      case CredentialsManagerErrorCodes.RENEW_FAILED:
        return 'Your session is over.';
      default:
        return `Trouble: ${error.message}`;
    }
  }
  if (error instanceof AuthError) return `${error.name}: ${error.code} (${error.status})`;
  return String(error);
}

function Profile({ user }: { user: User }) {
  const { getCredentials, getDPoPHeaders, hasValidCredentials, clearSession } = useAuth0();
  const [shown, setShown] = useState('');

  async function callApi(url: string): Promise<void> {
    try {
      if (!(await hasValidCredentials(60))) throw new Error('Nobody is signed in.');
      const credentials: Credentials = await getCredentials(undefined, 60);
      const { accessToken, tokenType } = credentials;
      const headers =
        tokenType === TokenType.dpop
          ? await getDPoPHeaders({ url, method: 'GET', accessToken, tokenType })
          : { Authorization: `Bearer ${accessToken}` };
      const ask = (nonce?: string) =>
        nonce === undefined
          ? fetch(url, { headers })
          : getDPoPHeaders({ url, method: 'GET', accessToken, tokenType, nonce }).then((again) =>
              fetch(url, { headers: again }),
            );
      let response = await ask();
      const nonce = response.headers.get('dpop-nonce');
      if (response.status === 401 && nonce) response = await ask(nonce);
      const profile = (await response.json()) as { sub: string };
      setShown(`${response.status} ${profile.sub}`);
    } catch (error) {
      setShown(explain(error));
    }
  }

  return (
    <section>
      <h1>Hello {user.name ?? user.email ?? user.sub}</h1>
      <p id="email">{user.email}</p>
      <p id="verified">{user.emailVerified ? 'verified' : 'not verified'}</p>
      <button type="button" onClick={() => void callApi(`https://${apiDomain}/userinfo`)}>
        Call the API
      </button>
      <button type="button" onClick={() => void clearSession({ returnToUrl: window.location.origin })}>
        Sign out
      </button>
      <output>{shown}</output>
    </section>
  );
}

function Home() {
  const { user, error, isLoading, authorize } = useAuth0();
  if (isLoading) return <p>Loading …</p>;
  return (
    <main>
      {user ? (
        <Profile user={user} />
      ) : (
        <button type="button" onClick={() => void authorize(loginParameters).catch(() => undefined)}>
          Sign in
        </button>
      )}
      {error && <p role="alert">{explain(error)}</p>}
    </main>
  );
}

let apiDomain = '';

export function App({ domain, clientId, useDPoP = true }: AppOptions) {
  apiDomain = domain;
  return (
    <Auth0Provider domain={domain} clientId={clientId} useDPoP={useDPoP} timeout={5000}>
      <Home />
    </Auth0Provider>
  );
}

/** A client without React, as in a module of one's own. */
export function createClient({ domain, clientId, useDPoP = true }: AppOptions): Auth0 {
  return new Auth0({ domain, clientId, useDPoP, headers: { 'X-App': 'drop-in' } });
}
