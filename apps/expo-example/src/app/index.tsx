import { useAuth0 } from 'postern';
import { View } from 'react-native';
import { SessionError } from '../account/session-error';
import { useSignIn } from '../account/use-sign-in';
import { config } from '../config';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Screen } from '../ui/screen';
import { Code, Heading, Text, Title } from '../ui/text';
import { space } from '../ui/theme';

export default function Home() {
  const { user } = useAuth0();
  const { signIn, signOut, isBusy } = useSignIn();
  return (
    <Screen>
      <View style={{ gap: space.s, paddingVertical: space.l }}>
        <Text tone="accent" style={{ fontWeight: '600' }}>
          Postern example
        </Text>
        <Title>{user ? `Welcome, ${user.givenName ?? user.name ?? 'you'}` : 'A small door of your own'}</Title>
        <Text tone="soft">
          {user
            ? 'You are signed in on this device, and stay so when the app is closed.'
            : 'Sign-in for phones and the web, from one code, without a native module of its own.'}
        </Text>
      </View>
      <SessionError />
      {user ? (
        <Button label="Sign out" isBusy={isBusy} onPress={signOut} />
      ) : (
        <Button label="Sign in" kind="primary" isBusy={isBusy} onPress={() => signIn()} />
      )}
      {!user && config.isLocal && (
        <Card>
          <Heading>Try it with</Heading>
          <Code>user@example.com</Code>
          <Code>Correct-Horse-42</Code>
          <Text tone="soft">The sample user of the tenant on your own machine.</Text>
        </Card>
      )}
    </Screen>
  );
}
