import { Platform, useColorScheme } from 'react-native';

export interface Theme {
  readonly ground: string;
  readonly surface: string;
  readonly sunken: string;
  readonly ink: string;
  readonly inkSoft: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly accentSoft: string;
  readonly danger: string;
  readonly dangerSoft: string;
  readonly dangerLine: string;
}

/** Every pair of text and ground has a contrast of 4.5:1 or more. */
const light: Theme = {
  ground: '#f4f2ed',
  surface: '#ffffff',
  sunken: '#f6f5f1',
  ink: '#1b1d1b',
  inkSoft: '#565b56',
  line: '#e2dfd7',
  lineStrong: '#85887f',
  accent: '#1d5c49',
  onAccent: '#ffffff',
  accentSoft: '#e5f0eb',
  danger: '#a12b1f',
  dangerSoft: '#fcf0ee',
  dangerLine: '#e3b5af',
};

const dark: Theme = {
  ground: '#101312',
  surface: '#1b201e',
  sunken: '#151918',
  ink: '#eceeec',
  inkSoft: '#a9b1ac',
  line: '#2e3532',
  lineStrong: '#77827c',
  accent: '#84d3b4',
  onAccent: '#0c211a',
  accentSoft: '#1d3029',
  danger: '#ffb1a5',
  dangerSoft: '#2f1a17',
  dangerLine: '#6d3a33',
};

export const useTheme = (): Theme => (useColorScheme() === 'dark' ? dark : light);

export const space = { xs: 6, s: 10, m: 16, l: 24, xl: 40 } as const;

/** Fingers need 48 points (Android), 44 (iOS). */
export const touch = 48;

export const monospace = Platform.select({ ios: 'Menlo', android: 'monospace', default: 'ui-monospace, monospace' });
