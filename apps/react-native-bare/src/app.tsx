import { Auth0Provider, useAuth0 } from 'postern';
import { Button, SafeAreaView, Text } from 'react-native';

export function App() {
  return (
    <Auth0Provider domain="example.eu.auth0.com" clientId="bare">
      <Account />
    </Auth0Provider>
  );
}

function Account() {
  const { user, error, isLoading, authorize, clearSession } = useAuth0();
  if (isLoading) return null;
  return (
    <SafeAreaView>
      <Text>{user ? `Signed in as ${user.name}` : 'Signed out'}</Text>
      {error && <Text role="alert">{error.message}</Text>}
      {user ? (
        <Button title="Sign out" onPress={() => clearSession().catch(() => undefined)} />
      ) : (
        <Button title="Sign in" onPress={() => authorize().catch(() => undefined)} />
      )}
    </SafeAreaView>
  );
}
