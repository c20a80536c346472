import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExpoConfigFacts, readExpoConfig } from './read-expo-config.ts';
import { isObject, type JsonObject, readJson, textOf } from './read-json.ts';
import { type NativeProjects, readNativeProjects } from './read-native-projects.ts';
import { ownPackage, type Packages, readPackages } from './read-packages.ts';
import { withoutComments } from './without-comments.ts';

export const appKinds = ['expo', 'react-native', 'electron', 'next', 'browser', 'node'] as const;
export type AppKind = (typeof appKinds)[number];

/** An app, as far as its files tell. */
export interface App {
  readonly folder: string;
  readonly name: string | undefined;
  readonly kind: AppKind;
  /** The tool that builds it for a browser, where there is one that it can be known by. */
  readonly bundler: Bundler | undefined;
  /** Of its development server, where a file of the app names one. */
  readonly port: number | undefined;
  readonly packages: Packages;
  /** Whether other packages lie below it. */
  readonly isWorkspace: boolean;
  readonly expo: ExpoConfigFacts;
  readonly native: NativeProjects;
  /** With Expo Router, whether there is a file that keeps callbacks from it. */
  readonly hasNativeIntent: boolean;
}

export interface Bundler {
  readonly name: string;
  /** What the names of variables begin with that it lets a page see. */
  readonly prefix: string;
  /** Where its development server is unless it is told otherwise. */
  readonly port: number;
}

/** By the package that an app has of each. */
const bundlers: readonly (readonly [dependency: string, bundler: Bundler])[] = [
  ['expo', { name: 'Expo', prefix: 'EXPO_PUBLIC_', port: 8081 }],
  ['next', { name: 'Next.js', prefix: 'NEXT_PUBLIC_', port: 3000 }],
  ['react-scripts', { name: 'Create React App', prefix: 'REACT_APP_', port: 3000 }],
  ['vite', { name: 'Vite', prefix: 'VITE_', port: 5173 }],
];

/** Of these the version that is installed is looked at. */
export const otherClients = ['react-native-auth0', '@auth0/auth0-react', '@auth0/auth0-spa-js'] as const;
const watched = new Set([
  'postern',
  ...Object.keys(ownPackage.peerDependencies),
  ...otherClients,
  'expo-dev-client',
  'expo-router',
  'next',
  'react-native-url-polyfill',
  'react-native-web',
  'vite',
]);

export type AppFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'app'; readonly app: App };

/** @param appConfig A file with the app's configuration in place of app.json. */
export async function readApp(folder: string, appConfig: string | undefined): Promise<AppFacts> {
  const file = await readJson(join(folder, 'package.json'));
  if (file.kind === 'missing') return { kind: 'none' };
  if (file.kind === 'broken') return file;
  const packages = await readPackages(folder, file.content, watched);
  const kind = kindOf(packages.declared);
  const isNative = kind === 'expo' || kind === 'react-native';
  const app: App = {
    folder,
    name: textOf(file.content.name),
    kind,
    bundler: bundlers.find(([dependency]) => packages.declared.has(dependency))?.[1],
    port: await readPort(folder, file.content),
    packages,
    isWorkspace: file.content.workspaces !== undefined || existsSync(join(folder, 'pnpm-workspace.yaml')),
    expo: kind === 'expo' ? await readExpoConfig(folder, appConfig) : {},
    native: isNative ? await readNativeProjects(folder) : {},
    hasNativeIntent: ['app', 'src/app'].some((routes) =>
      ['ts', 'tsx', 'js', 'jsx'].some((ending) => existsSync(join(folder, routes, `+native-intent.${ending}`))),
    ),
  };
  return { kind: 'app', app };
}

/** Configuration of Vite is code: it is read as text, and a port that it puts together is not known. */
async function readPort(folder: string, { scripts }: JsonObject): Promise<number | undefined> {
  const commands = isObject(scripts) ? ['dev', 'start', 'web'].map((name) => textOf(scripts[name]) ?? '') : [];
  for (const command of commands) {
    const [, named] = /(?:--port[= ]|\s-p |\bPORT=)(\d{2,5})\b/.exec(command) ?? [];
    if (named) return Number(named);
  }
  for (const ending of ['ts', 'mts', 'js', 'mjs']) {
    const text = withoutComments(await readFile(join(folder, `vite.config.${ending}`), 'utf8').catch(() => ''));
    const [, named] = /\bport\s*:\s*(\d{2,5})\b/.exec(optionsOf('server', text)) ?? [];
    if (named) return Number(named);
  }
  return undefined;
}

/** What stands between the braces after a name, without what stands between further braces there. */
function optionsOf(name: string, code: string): string {
  const { index = code.length, 0: start = '' } = new RegExp(`\\b${name}\\s*:\\s*\\{`).exec(code) ?? {};
  let depth = 1;
  let own = '';
  for (const sign of code.slice(index + start.length)) {
    if (sign === '{') depth += 1;
    if (sign === '}') depth -= 1;
    if (depth === 0) break;
    if (depth === 1) own += sign;
  }
  return own;
}

/** Packages that only an app for browsers has. */
const ofBrowsers = ['vite', 'react-scripts', 'react-dom', 'webpack', 'parcel', '@rspack/core', 'vue', 'svelte'];

function kindOf(declared: ReadonlyMap<string, string>): AppKind {
  for (const kind of ['expo', 'react-native', 'electron', 'next'] as const) if (declared.has(kind)) return kind;
  return ofBrowsers.some((name) => declared.has(name)) ? 'browser' : 'node';
}

/** Whether the app is (also) shown by browsers. */
export function hasWebBuild({ kind, expo, packages }: App): boolean {
  if (kind === 'expo')
    return (expo.config?.platforms ?? ['web']).includes('web') && packages.declared.has('react-native-web');
  return kind === 'browser' || kind === 'next';
}
