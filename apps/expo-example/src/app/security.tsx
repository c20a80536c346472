import { Switch, View } from 'react-native';
import { canLock, setLock, useLockSetting } from '../account/lock-setting';
import { RequireSession } from '../account/require-session';
import { SessionError } from '../account/session-error';
import { Card } from '../ui/card';
import { Screen } from '../ui/screen';
import { Heading, Text, Title } from '../ui/text';
import { space, useTheme } from '../ui/theme';

export default function SecurityScreen() {
  return (
    <RequireSession here="/security">
      <Security />
    </RequireSession>
  );
}

function Security() {
  const isLocked = useLockSetting();
  const { accent, lineStrong } = useTheme();
  return (
    <Screen>
      <Title>Security</Title>
      <SessionError />
      <Card>
        <View style={{ flexDirection: 'row', alignItems: 'center', gap: space.m }}>
          <View style={{ flex: 1 }}>
            <Heading>Lock the session</Heading>
            <Text tone="soft">
              {canLock
                ? 'Ask for a fingerprint, a face or the device’s code before stored tokens are used.'
                : 'On a phone, a fingerprint or a face can guard the stored tokens. Browsers have nothing to ask with.'}
            </Text>
          </View>
          {canLock && (
            <Switch
              value={isLocked}
              onValueChange={setLock}
              accessibilityLabel="Lock the session"
              trackColor={{ true: accent, false: lineStrong }}
            />
          )}
        </View>
      </Card>
    </Screen>
  );
}
