import { View } from 'react-native';
import { RequireSession } from '../account/require-session';
import { timeUntil, useTokenDesk } from '../account/use-token-desk';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { ErrorBanner } from '../ui/error-banner';
import { Pairs } from '../ui/pairs';
import { Screen } from '../ui/screen';
import { Heading, Text, Title } from '../ui/text';
import { space } from '../ui/theme';

export default function TokensScreen() {
  return (
    <RequireSession here="/tokens">
      <Tokens />
    </RequireSession>
  );
}

function Tokens() {
  const { credentials, outcome, isBusy, renew, openFiles, makeHeaders } = useTokenDesk();
  return (
    <Screen>
      <Title>Tokens</Title>
      <Text tone="soft">What this device holds for you. The tokens themselves are shown to nobody.</Text>
      {credentials && (
        <Card>
          <Heading>Access token</Heading>
          <Pairs
            entries={[
              [
                'Kind',
                credentials.tokenType === 'DPoP' ? 'DPoP: bound to a key of this device' : credentials.tokenType,
              ],
              ['Good for', timeUntil(credentials.expiresAt)],
              ['Allowed to', credentials.scope ?? 'nothing in particular'],
              ['Renewed with', credentials.refreshToken ? 'a refresh token, spent at each use' : 'a new login'],
            ]}
          />
        </Card>
      )}
      <View style={{ gap: space.s }}>
        <Button label="Renew now" kind="primary" isBusy={isBusy} onPress={renew} />
        <Button label="Get a token for the files API" isBusy={isBusy} onPress={openFiles} />
        <Button label="Make headers for a request" isBusy={isBusy} onPress={makeHeaders} />
      </View>
      {outcome && !outcome.isGood && <ErrorBanner message={outcome.text} />}
      <View role="status" accessibilityLiveRegion="polite">
        {outcome?.isGood && <Text>{outcome.text}</Text>}
      </View>
    </Screen>
  );
}
