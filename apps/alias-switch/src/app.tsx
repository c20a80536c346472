import { useState } from 'react';
import { Button, Platform, ScrollView, View } from 'react-native';
import {
  Auth0Provider,
  BiometricPolicy,
  LocalAuthenticationLevel,
  LocalAuthenticationStrategy,
} from 'react-native-auth0';
import { ClassHome } from './classes/class-home';
import { config } from './config';
import { CredentialsScreen } from './hooks/credentials-screen';
import { HomeScreen } from './hooks/home-screen';
import { MfaScreen } from './hooks/mfa-screen';
import { PasswordScreen } from './hooks/password-screen';
import { PasswordlessScreen } from './hooks/passwordless-screen';

const screens = {
  Hooks: HomeScreen,
  Credentials: CredentialsScreen,
  Password: PasswordScreen,
  Passwordless: PasswordlessScreen,
  MFA: MfaScreen,
  Classes: ClassHome,
} as const;

type ScreenName = keyof typeof screens;

/** An app as it was written for react-native-auth0: not one import of it names Postern. */
export function App() {
  const [shown, setShown] = useState<ScreenName>('Hooks');
  const Screen = screens[shown];
  return (
    <Auth0Provider
      domain={config.domain}
      clientId={config.clientId}
      {...(Platform.OS !== 'web' && {
        localAuthenticationOptions: {
          title: 'Authenticate to open your session',
          evaluationPolicy: LocalAuthenticationStrategy.deviceOwnerWithBiometrics,
          authenticationLevel: LocalAuthenticationLevel.strong,
          deviceCredentialFallback: true,
          biometricPolicy: BiometricPolicy.session,
          biometricTimeout: 300,
        },
      })}
    >
      <ScrollView>
        <View style={{ flexDirection: 'row', flexWrap: 'wrap', gap: 8 }}>
          {(Object.keys(screens) as ScreenName[]).map((name) => (
            <Button key={name} title={name} onPress={() => setShown(name)} />
          ))}
        </View>
        <Screen />
      </ScrollView>
    </Auth0Provider>
  );
}
