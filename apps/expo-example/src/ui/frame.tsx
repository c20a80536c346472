import { type Href, Link, usePathname } from 'expo-router';
import type { ReactNode } from 'react';
import { View } from 'react-native';
import { SafeAreaView } from 'react-native-safe-area-context';
import { Text } from './text';
import { space, touch, useTheme } from './theme';

export interface Place {
  readonly href: Href & string;
  readonly label: string;
}

/** The app's bar of places, below the screen where thumbs are. */
export function Frame({ places, children }: { places: readonly Place[]; children: ReactNode }) {
  const theme = useTheme();
  const pathname = usePathname();
  return (
    <SafeAreaView style={{ flex: 1, backgroundColor: theme.ground }}>
      <View style={{ flex: 1 }}>{children}</View>
      {places.length > 0 && (
        <View
          role="navigation"
          aria-label="Places"
          style={{
            flexDirection: 'row',
            justifyContent: 'center',
            gap: space.xs,
            padding: space.xs,
            borderTopWidth: 1,
            borderColor: theme.line,
            backgroundColor: theme.surface,
          }}
        >
          {places.map(({ href, label }) => {
            const isHere = pathname === href;
            return (
              <Link
                key={href}
                href={href}
                aria-current={isHere ? 'page' : undefined}
                style={{
                  minHeight: touch,
                  paddingHorizontal: 14,
                  paddingVertical: 12,
                  borderRadius: 24,
                  overflow: 'hidden',
                  backgroundColor: isHere ? theme.accentSoft : theme.surface,
                }}
              >
                <Text tone={isHere ? 'accent' : 'soft'} style={{ fontSize: 15, fontWeight: '600' }}>
                  {label}
                </Text>
              </Link>
            );
          })}
        </View>
      )}
    </SafeAreaView>
  );
}
