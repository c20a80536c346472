import { ActivityIndicator, Pressable, Text } from 'react-native';
import { space, touch, useTheme } from './theme';

interface ButtonProps {
  readonly label: string;
  readonly onPress: () => void;
  readonly kind?: 'primary' | 'plain' | 'danger';
  /** Shows that it is at work, and takes no second press. */
  readonly isBusy?: boolean;
}

export function Button({ label, onPress, kind = 'plain', isBusy = false }: ButtonProps) {
  const theme = useTheme();
  const ink = { primary: theme.onAccent, plain: theme.ink, danger: theme.danger }[kind];
  const ground = kind === 'primary' ? theme.accent : theme.surface;
  const line = { primary: theme.accent, plain: theme.lineStrong, danger: theme.dangerLine }[kind];
  return (
    <Pressable
      role="button"
      aria-busy={isBusy}
      disabled={isBusy}
      onPress={onPress}
      style={({ pressed }) => ({
        flexDirection: 'row',
        alignItems: 'center',
        justifyContent: 'center',
        gap: space.s,
        minHeight: touch,
        paddingHorizontal: 20,
        paddingVertical: space.s,
        borderWidth: 1,
        borderRadius: 12,
        borderColor: line,
        backgroundColor: ground,
        opacity: pressed ? 0.75 : 1,
      })}
    >
      {isBusy && <ActivityIndicator color={ink} />}
      <Text style={{ color: ink, fontSize: 16, lineHeight: 22, fontWeight: '600' }}>{label}</Text>
    </Pressable>
  );
}
