import { View } from 'react-native';
import { Text } from './text';
import { space, useTheme } from './theme';

/** Names and values, one below the other, each pair read out as one. */
export function Pairs({ entries }: { entries: readonly (readonly [name: string, value: string])[] }) {
  const { line } = useTheme();
  return (
    <View>
      {entries.map(([name, value], index) => (
        <View
          key={name}
          accessible
          style={{ paddingVertical: space.s, borderTopWidth: index === 0 ? 0 : 1, borderColor: line, gap: 2 }}
        >
          <Text tone="soft" style={{ fontSize: 14, lineHeight: 20 }}>
            {name}
          </Text>
          <Text selectable style={{ overflowWrap: 'anywhere' } as object}>
            {value}
          </Text>
        </View>
      ))}
    </View>
  );
}
