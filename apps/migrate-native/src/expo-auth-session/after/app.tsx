import { Auth0Provider, createFetch, isWebAuthError, useAuth0 } from 'postern';
import { useState } from 'react';
import { Button, Text, View } from 'react-native';
import { config } from '../../config';

/** The same app after docs/migrate.md. */

function Home() {
  const auth0 = useAuth0();
  const { user, isLoading, error, authorize, clearSession, getCredentials, revokeRefreshToken } = auth0;
  const [answer, setAnswer] = useState('');

  const signIn = () => authorize({ redirectUrl: config.redirectUrl }).catch(() => undefined);

  async function signOut() {
    // Where nothing can be renewed, there is a sign-out all the same.
    const { refreshToken } = (await getCredentials().catch(() => undefined)) ?? {};
    if (refreshToken) await revokeRefreshToken({ refreshToken }).catch(() => undefined);
    await clearSession({ returnToUrl: config.redirectUrl }).catch(() => undefined);
  }

  async function ask(): Promise<string> {
    const api = createFetch(auth0, { apis: [{ origin: new URL(config.api).origin }] });
    const response = await api(config.api);
    return `${response.status} ${(await response.json()).sub}`;
  }

  /** Two things at once, as many a screen loads. */
  async function callApi() {
    try {
      setAnswer((await Promise.all([ask(), ask()])).join(', '));
    } catch {
      setAnswer('Please sign in again.');
    }
  }

  if (isLoading) return <Text>Loading …</Text>;
  return (
    <View>
      {isWebAuthError(error) && error.type !== 'USER_CANCELLED' && <Text>{error.message}</Text>}
      {user ? (
        <>
          <Text>Hello {user.givenName}</Text>
          <Button title="Call the API" onPress={callApi} />
          <Text>{answer}</Text>
          <Button title="Sign out" onPress={signOut} />
        </>
      ) : (
        <Button title="Sign in" onPress={signIn} />
      )}
    </View>
  );
}

export const App = () => (
  <Auth0Provider
    domain={config.domain}
    clientId={config.clientId}
    audience={config.audience}
    scope="openid profile email read:notes"
  >
    <Home />
  </Auth0Provider>
);
