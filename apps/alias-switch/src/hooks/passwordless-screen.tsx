import { useState } from 'react';
import { Text, TextInput, View } from 'react-native';
import { useAuth0 } from 'react-native-auth0';
import { Actions, useResult } from '../result';

/** A code by mail or text message. */
export function PasswordlessScreen() {
  const { sendEmailCode, authorizeWithEmail, sendSMSCode, authorizeWithSMS, user } = useAuth0();
  const [address, setAddress] = useState('');
  const [code, setCode] = useState('');
  const { result, run } = useResult();
  const scope = 'openid profile email phone offline_access';
  return (
    <View>
      <Text>{user ? `In as ${user.email ?? user.phoneNumber}` : 'Out'}</Text>
      <TextInput accessibilityLabel="Address" value={address} onChangeText={setAddress} />
      <TextInput accessibilityLabel="Code" value={code} onChangeText={setCode} />
      <Actions
        result={result}
        entries={{
          'Mail a code': () => run(() => sendEmailCode({ email: address, send: 'code' })),
          'Log in by mail': () =>
            run(async () => {
              await authorizeWithEmail({ email: address, code, scope });
              return 'logged in';
            }),
          'Text a code': () => run(() => sendSMSCode({ phoneNumber: address, send: 'code' })),
          'Log in by text': () =>
            run(async () => {
              await authorizeWithSMS({ phoneNumber: address, code, scope });
              return 'logged in';
            }),
        }}
      />
    </View>
  );
}
