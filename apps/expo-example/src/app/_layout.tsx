import { router, Slot } from 'expo-router';
import { StatusBar } from 'expo-status-bar';
import { Auth0Provider, useAuth0 } from 'postern';
import { ActivityIndicator, View } from 'react-native';
import { SafeAreaProvider } from 'react-native-safe-area-context';
import { useLockSetting } from '../account/lock-setting';
import { returnToOf } from '../account/return-to';
import { config } from '../config';
import { Frame, type Place } from '../ui/frame';
import { useTheme } from '../ui/theme';

const places: Place[] = [
  { href: '/', label: 'Home' },
  { href: '/profile', label: 'Profile' },
  { href: '/tokens', label: 'Tokens' },
  { href: '/security', label: 'Security' },
];

export default function RootLayout() {
  const isLocked = useLockSetting();
  return (
    <SafeAreaProvider>
      <StatusBar style="auto" />
      <Auth0Provider
        domain={config.domain}
        clientId={config.clientId}
        audience={config.audience}
        scope={config.scope}
        // Never in a build that is shipped: everybody on the network could read along.
        dangerouslyAllowInsecureDomain={__DEV__ && config.isLocal}
        // On the web: kept over reloads, and one login for both APIs. On a phone the secure store is used in any case.
        cacheLocation="localstorage"
        useMrrt
        {...(isLocked && { localAuthenticationOptions: { title: 'Unlock your session' } })}
        // On the web, where the login page replaced this one.
        onRedirectCallback={(appState) => router.replace(returnToOf(appState))}
      >
        <Frame places={places}>
          <Screens />
        </Frame>
      </Auth0Provider>
    </SafeAreaProvider>
  );
}

/** Waits until it is known whether somebody is signed in, so that no screen shows the wrong thing first. */
function Screens() {
  const { isLoading } = useAuth0();
  const { accent } = useTheme();
  if (!isLoading) return <Slot />;
  return (
    <View style={{ flex: 1, alignItems: 'center', justifyContent: 'center' }}>
      <ActivityIndicator size="large" color={accent} accessibilityLabel="Looking for your session" />
    </View>
  );
}
