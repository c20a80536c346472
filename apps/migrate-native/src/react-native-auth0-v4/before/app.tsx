import { useState } from 'react';
import { Button, Platform, Text, View } from 'react-native';
import Auth0, { Auth0Provider, type PasswordRealmOptions, useAuth0 } from 'react-native-auth0';
import { config } from '../../config';

/** A small app written for react-native-auth0 4.6. */

const telemetry = { name: 'my-app', version: '1.0.0' };
const auth0 = new Auth0({ domain: config.domain, clientId: config.clientId, telemetry });

/** Without the hook, as in a background task. */
async function logInByClass(): Promise<string> {
  const { audience, redirectUrl } = config;
  const credentials = await auth0.webAuth.authorize({ audience, redirectUrl, scope: 'openid profile offline_access' });
  await auth0.credentialsManager.saveCredentials(credentials);
  const { accessToken } = await auth0.credentialsManager.getCredentials();
  return (await auth0.auth.userInfo({ token: accessToken })).givenName ?? '';
}

const isClosedByPerson = (code: unknown) =>
  code === (Platform.OS === 'ios' ? 'USER_CANCELLED' : 'a0.session.user_cancelled');

function Home() {
  const { user, error, isLoading, authorize, authorizeWithPasswordRealm, getCredentials, clearSession } = useAuth0();
  const [shown, setShown] = useState('');

  const logIn = async () => {
    const { audience, redirectUrl } = config;
    await authorize({ audience, redirectUrl, scope: 'offline_access read:notes' });
  };

  const logInWithPassword = async (password: string) => {
    const given: PasswordRealmOptions = {
      username: 'zoe@example.com',
      password,
      realm: 'Username-Password-Authentication',
    };
    const credentials = await authorizeWithPasswordRealm({ ...given, scope: 'openid profile email offline_access' });
    setShown(credentials ? 'the password is right' : 'the password is wrong');
  };

  const callApi = async () => {
    const credentials = await getCredentials();
    if (!credentials) {
      setShown('Please log in.');
      return;
    }
    const headers = { Authorization: `Bearer ${credentials.accessToken}` };
    const response = await fetch(config.api, { headers });
    setShown(`${response.status} ${(await response.json()).sub}`);
  };

  const logOut = async () => {
    await clearSession({ returnToUrl: config.redirectUrl });
  };

  if (isLoading) return <Text>Loading …</Text>;
  return (
    <View>
      <Text>{user ? `Hello ${user.givenName} (${user.email})` : 'Not logged in'}</Text>
      {error && !isClosedByPerson((error as { code?: unknown }).code) && <Text>Error: {error.message}</Text>}
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
  <Auth0Provider domain={config.domain} clientId={config.clientId}>
    <Home />
  </Auth0Provider>
);
