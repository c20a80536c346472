import type { ReactNode } from 'react';
import { View } from 'react-native';
import { space, useTheme } from './theme';

export function Card({ children }: { children: ReactNode }) {
  const { surface, line } = useTheme();
  return (
    <View
      style={{
        gap: space.s,
        padding: 20,
        borderWidth: 1,
        borderRadius: 16,
        borderColor: line,
        backgroundColor: surface,
      }}
    >
      {children}
    </View>
  );
}
