import type { PageConfig } from './page/bench-page.ts';

/** The libraries, by the pages that use them. */
export const entries = {
  postern: new URL('./page/postern.ts', import.meta.url),
  'auth0-spa-js': new URL('./page/spa-js.ts', import.meta.url),
  'react-native-auth0': new URL('./page/react-native-auth0.ts', import.meta.url),
} as const;

export type Name = keyof typeof entries;
export const names = Object.keys(entries) as Name[];

/** Options that are not the libraries' defaults. */
export type Choice = Pick<PageConfig, 'cacheLocation' | 'useRefreshTokens' | 'useDPoP'>;

export interface Setting {
  readonly title: string;
  readonly choice: Choice;
}

const equal = { cacheLocation: 'localstorage', useRefreshTokens: true } as const;

export const settings: readonly Setting[] = [
  { title: 'each as it comes', choice: {} },
  { title: 'localStorage, refresh tokens, DPoP', choice: { ...equal, useDPoP: true } },
  { title: 'localStorage, refresh tokens, no DPoP', choice: { ...equal, useDPoP: false } },
];
