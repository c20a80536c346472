import { useAuth0 } from 'postern';
import { RequireSession } from '../account/require-session';
import { SessionError } from '../account/session-error';
import { useSignIn } from '../account/use-sign-in';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Pairs } from '../ui/pairs';
import { Screen } from '../ui/screen';
import { Text, Title } from '../ui/text';

export default function ProfileScreen() {
  return (
    <RequireSession here="/profile">
      <Profile />
    </RequireSession>
  );
}

function Profile() {
  const { user } = useAuth0();
  const { signOut, isBusy } = useSignIn();
  if (!user) return null;
  const entries = [
    ['Name', user.name],
    ['E-mail', user.email],
    ['E-mail verified', user.emailVerified === undefined ? undefined : user.emailVerified ? 'Yes' : 'Not yet'],
    ['Nickname', user.nickname],
    ['User ID', user.sub],
  ] as const;
  return (
    <Screen>
      <Title>Profile</Title>
      <Text tone="soft">What the ID token says of you.</Text>
      <SessionError />
      <Card>
        <Pairs entries={entries.flatMap(([name, value]) => (value ? [[name, value] as const] : []))} />
      </Card>
      <Button label="Sign out" isBusy={isBusy} onPress={signOut} />
    </Screen>
  );
}
