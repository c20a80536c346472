import { View } from 'react-native';
import { Text } from './text';
import { space, useTheme } from './theme';

/** Read out as soon as it appears. */
export function ErrorBanner({ message }: { message: string }) {
  const { dangerSoft, dangerLine } = useTheme();
  return (
    <View
      role="alert"
      accessibilityLiveRegion="assertive"
      style={{
        padding: space.m,
        borderWidth: 1,
        borderRadius: 12,
        borderColor: dangerLine,
        backgroundColor: dangerSoft,
      }}
    >
      <Text tone="danger">{message}</Text>
    </View>
  );
}
