import { useAuth0 } from 'postern';
import type { ReactNode } from 'react';
import { Button } from '../ui/button';
import { Screen } from '../ui/screen';
import { Text, Title } from '../ui/text';
import { SessionError } from './session-error';
import { useSignIn } from './use-sign-in';

/** Shows a screen to whoever is signed in, and to anybody else the way in, back to this very screen. */
export function RequireSession({ here, children }: { here: string; children: ReactNode }) {
  const { user } = useAuth0();
  const { signIn, isBusy } = useSignIn();
  if (user) return children;
  return (
    <Screen>
      <Title>Behind the door</Title>
      <Text tone="soft">Sign in to see this. You come back here.</Text>
      <SessionError />
      <Button label="Sign in" kind="primary" isBusy={isBusy} onPress={() => signIn(here)} />
    </Screen>
  );
}
