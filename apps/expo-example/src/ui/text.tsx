import type { ReactNode } from 'react';
import { Text as NativeText, type TextProps } from 'react-native';
import { monospace, useTheme } from './theme';

/** Headings say so to screen readers, with their level on the web. */
export function Title({ children }: { children: ReactNode }) {
  const { ink } = useTheme();
  return (
    <NativeText
      role="heading"
      aria-level={1}
      style={{ color: ink, fontSize: 30, lineHeight: 36, fontWeight: '700', letterSpacing: -0.5 }}
    >
      {children}
    </NativeText>
  );
}

export function Heading({ children }: { children: ReactNode }) {
  const { ink } = useTheme();
  return (
    <NativeText role="heading" aria-level={2} style={{ color: ink, fontSize: 17, lineHeight: 23, fontWeight: '600' }}>
      {children}
    </NativeText>
  );
}

type Tone = 'plain' | 'soft' | 'danger' | 'accent';

export function Text({ tone = 'plain', style, ...props }: TextProps & { tone?: Tone }) {
  const { ink, inkSoft, danger, accent } = useTheme();
  const color = { plain: ink, soft: inkSoft, danger, accent }[tone];
  return <NativeText {...props} style={[{ color, fontSize: 16, lineHeight: 24 }, style]} />;
}

export function Code({ children }: { children: ReactNode }) {
  return (
    <Text selectable style={{ fontFamily: monospace, fontSize: 14, lineHeight: 21 }}>
      {children}
    </Text>
  );
}
