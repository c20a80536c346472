import { useState } from 'react';
import { Button, Text, View } from 'react-native';
import { config } from '../../config';
import { AuthProvider, useAuth } from './auth';

/** A small app as the documentation of expo-auth-session has it. */

function Home() {
  const { user, isLoading, error, signIn, signOut, getToken } = useAuth();
  const [answer, setAnswer] = useState('');

  async function ask(): Promise<string> {
    const token = await getToken();
    const response = await fetch(config.api, { headers: { Authorization: `Bearer ${token}` } });
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
      {error && <Text>{error}</Text>}
      {user ? (
        <>
          <Text>Hello {user.given_name}</Text>
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
  <AuthProvider>
    <Home />
  </AuthProvider>
);
