import type { ReactNode } from 'react';
import { ScrollView, View } from 'react-native';
import { space } from './theme';

/** The column every screen is written in: as wide as the phone, and no wider than reads well. */
export function Screen({ children }: { children: ReactNode }) {
  return (
    <ScrollView contentContainerStyle={{ flexGrow: 1, alignItems: 'center', padding: 20, paddingVertical: space.l }}>
      <View role="main" style={{ width: '100%', maxWidth: 560, gap: space.m }}>
        {children}
      </View>
    </ScrollView>
  );
}
