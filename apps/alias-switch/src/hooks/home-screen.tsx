import { Button, Platform, Text, View } from 'react-native';
import { type User, useAuth0, WebAuthError, WebAuthErrorCodes } from 'react-native-auth0';
import { notes, redirectUrl } from '../config';

const scope = 'openid profile email offline_access';

/** The hook: sign in, greet, sign out, and tell failures apart by class and code. */
export function HomeScreen() {
  const { authorize, clearSession, user, error, isLoading } = useAuth0();
  if (isLoading) return <Text>Loading</Text>;

  const onLogin = async () => {
    try {
      if (Platform.OS === 'web') await authorize({ scope, audience: notes });
      else
        await authorize(
          { scope, audience: notes, redirectUrl, additionalParameters: { ui_locales: 'en' } },
          { ephemeralSession: true, leeway: 60 },
        );
    } catch (caught) {
      console.log(explain(caught));
    }
  };

  const onLogout = async () => {
    try {
      await clearSession(Platform.OS === 'web' ? {} : { returnToUrl: redirectUrl });
    } catch (caught) {
      console.log(explain(caught));
    }
  };

  return (
    <View>
      {user ? <Greeting user={user} /> : <Text>Not logged in</Text>}
      {error && <Text testID="error">{explain(error)}</Text>}
      <Button title={user ? 'Log Out' : 'Log In'} onPress={user ? onLogout : onLogin} />
    </View>
  );
}

function Greeting({ user }: { user: User }) {
  return (
    <Text>
      Hello {user.name} ({user.email})
    </Text>
  );
}

function explain(error: unknown): string {
  if (error instanceof WebAuthError) {
    switch (error.type) {
      case WebAuthErrorCodes.USER_CANCELLED:
        return 'You closed the page.';
      case WebAuthErrorCodes.NETWORK_ERROR:
        return 'There is no network.';
      case WebAuthErrorCodes.ACCESS_DENIED:
        return `Denied: ${error.message}`;
      default:
        return `${error.type}: ${error.message}`;
    }
  }
  return error instanceof Error ? error.message : String(error);
}
