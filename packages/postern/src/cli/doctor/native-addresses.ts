import type { App } from './read-app.ts';
import type { ExpoConfig } from './read-expo-config.ts';
import type { NativeProject } from './read-native-projects.ts';

export const systems = ['ios', 'android'] as const;
export type System = (typeof systems)[number];
export const systemNames = { ios: 'iOS', android: 'Android' } as const;

/** The app on one system. */
export interface NativeApp {
  readonly system: System;
  /** As it is written. */
  readonly bundle: string | undefined;
  readonly config: ExpoConfig | undefined;
  readonly project: NativeProject | undefined;
}

/** Without any for apps that no phone runs. */
export function nativeApps({ kind, expo: { config }, native }: App): NativeApp[] {
  if (kind !== 'expo' && kind !== 'react-native') return [];
  return systems
    .filter((system) => config?.platforms?.includes(system) ?? true)
    .map((system) => {
      const project = native[system];
      // Where app.json leaves the name to a native project, it leaves the schemes to it as well.
      const isProjects = project !== undefined && !config?.bundle[system];
      const bundle = config?.bundle[system] ?? project?.bundle;
      return { system, bundle, config: isProjects ? undefined : config, project };
    });
}

/** The scheme of the callback that is used unless `authorize` is told otherwise. */
export const schemeOf = (bundle: string): string => `${bundle.toLowerCase()}.auth0`;

/** The callback URL that is used unless `authorize` is told otherwise. */
export const nativeCallback = (system: System, bundle: string, host: string): string =>
  `${schemeOf(bundle)}://${host}/${system}/${bundle.toLowerCase()}/callback`;
