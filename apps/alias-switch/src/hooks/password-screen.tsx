import { useState } from 'react';
import { Text, TextInput, View } from 'react-native';
import { useAuth0 } from 'react-native-auth0';
import { realm } from '../config';
import { Actions, useResult } from '../result';

/** A password form of the app's own. */
export function PasswordScreen() {
  const { loginWithPasswordRealm, createUser, resetPassword, user, clearCredentials } = useAuth0();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { result, run } = useResult();
  return (
    <View>
      <Text>{user ? `In as ${user.email}` : 'Out'}</Text>
      <TextInput accessibilityLabel="Email" value={email} onChangeText={setEmail} />
      <TextInput accessibilityLabel="Password" value={password} onChangeText={setPassword} secureTextEntry />
      <Actions
        result={result}
        entries={{
          'Log in': () =>
            run(async () => {
              await loginWithPasswordRealm({
                username: email,
                password,
                realm,
                scope: 'openid profile email offline_access',
              });
              return 'logged in';
            }),
          'Sign up': () =>
            run(async () => {
              const { email: created } = await createUser({
                email,
                password,
                connection: realm,
                metadata: { from: 'app' },
              });
              return `created ${created}`;
            }),
          'Forgot it': () => run(() => resetPassword({ email, connection: realm })),
          'Forget me here': () => run(() => clearCredentials()),
        }}
      />
    </View>
  );
}
