import { Auth0, Auth0Provider, type PasswordRealmParameters, useAuth0 } from 'postern';
import { useState } from 'react';
import { Button, Text, View } from 'react-native';
import { config } from '../../config';

/** The same app after docs/migrate.md. */

const auth0 = new Auth0({ domain: config.domain, clientId: config.clientId, useDPoP: false });

/** Without the hook, as in a background task. */
async function logInByClass(): Promise<string> {
  const { audience, redirectUrl } = config;
  await auth0.webAuth.authorize({ audience, redirectUrl, scope: 'openid profile offline_access' });
  const { accessToken } = await auth0.credentialsManager.getCredentials();
  return (await auth0.auth.userInfo({ token: accessToken })).givenName ?? '';
}

/** What went wrong is in `error`, too. */
const ignore = () => undefined;

function Home() {
  const { user, error, isLoading, authorize, loginWithPasswordRealm, getCredentials, clearSession } = useAuth0();
  const [shown, setShown] = useState('');

  const logIn = async () => {
    const { audience, redirectUrl } = config;
    await authorize({ audience, redirectUrl, scope: 'openid profile email offline_access read:notes' }).catch(ignore);
  };

  const logInWithPassword = async (password: string) => {
    const given: PasswordRealmParameters = {
      username: 'zoe@example.com',
      password,
      realm: 'Username-Password-Authentication',
    };
    const credentials = await loginWithPasswordRealm({ ...given, scope: 'openid profile email offline_access' }).catch(
      ignore,
    );
    setShown(credentials ? 'the password is right' : 'the password is wrong');
  };

  const callApi = async () => {
    const credentials = await getCredentials().catch(ignore);
    if (!credentials) {
      setShown('Please log in.');
      return;
    }
    const headers = { Authorization: `Bearer ${credentials.accessToken}` };
    const response = await fetch(config.api, { headers });
    setShown(`${response.status} ${(await response.json()).sub}`);
  };

  const logOut = async () => {
    await clearSession({ returnToUrl: config.redirectUrl }).catch(ignore);
  };

  if (isLoading) return <Text>Loading …</Text>;
  return (
    <View>
      <Text>{user ? `Hello ${user.givenName} (${user.email})` : 'Not logged in'}</Text>
      {error && error.type !== 'USER_CANCELLED' && <Text>Error: {error.message}</Text>}
      <Button title="Log in" onPress={logIn} />
      <Button title="Right password" onPress={() => logInWithPassword('Correct-Horse-42')} />
      <Button title="Wrong password" onPress={() => logInWithPassword('wrong')} />
      <Button title="Call the API" onPress={callApi} />
      <Button title="By the class" onPress={() => logInByClass().then(setShown)} />
      <Button title="Log out" onPress={logOut} />
      <Text>{shown}</Text>
    </View>
  );
}

export const App = () => (
  <Auth0Provider domain={config.domain} clientId={config.clientId} useDPoP={false}>
    <Home />
  </Auth0Provider>
);
