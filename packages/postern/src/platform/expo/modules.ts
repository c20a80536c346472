import { AuthError } from '../../errors/auth-error.ts';

/**
 * What is used of React Native and of Expo's modules, as far as their published types tell it. `apps/expo-example` checks
 * that the packages still look like this.
 */
export interface NativeModules {
  readonly 'react-native': ReactNativeModule;
  readonly 'expo-web-browser': WebBrowserModule;
  readonly 'expo-secure-store': SecureStoreModule;
  readonly 'expo-crypto': CryptoModule;
  readonly 'expo-linking': LinkingModule;
  readonly 'expo-local-authentication': LocalAuthenticationModule;
  readonly 'expo-application': ApplicationModule;
  readonly 'expo-constants': ConstantsModule;
  readonly expo: ExpoModule;
}

export interface Subscription {
  remove(): void;
}

export interface ReactNativeModule {
  readonly Platform: { readonly OS: string };
  readonly AppState: {
    readonly currentState: string | null;
    addEventListener(type: 'change', listener: (state: string) => void): Subscription;
  };
  readonly Linking: {
    getInitialURL(): Promise<string | null>;
    addEventListener(type: 'url', listener: (event: { url: string }) => void): Subscription;
  };
  /** `NSUserDefaults`, on iOS alone: it goes with the app when that is removed. */
  readonly Settings?: {
    get(key: string): unknown;
    set(settings: Record<string, unknown>): void;
  };
}

export interface BrowserResult {
  readonly type: string;
  readonly url?: string;
}

export interface WebBrowserModule {
  openAuthSessionAsync(
    url: string,
    redirectUrl?: string | null,
    options?: { preferEphemeralSession?: boolean; preferUniversalLinks?: boolean; browserPackage?: string },
  ): Promise<BrowserResult>;
  openBrowserAsync(url: string, options?: { presentationStyle?: string }): Promise<BrowserResult>;
  dismissAuthSession(): unknown;
  dismissBrowser(): unknown;
  getCustomTabsSupportingBrowsersAsync(): Promise<{
    readonly defaultBrowserPackage?: string | null;
    readonly browserPackages: readonly string[];
  }>;
}

export interface SecureStoreOptions {
  keychainService?: string;
  keychainAccessible?: number;
}

export interface SecureStoreModule {
  readonly AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY: number;
  isAvailableAsync(): Promise<boolean>;
  getItemAsync(key: string, options?: SecureStoreOptions): Promise<string | null>;
  setItemAsync(key: string, value: string, options?: SecureStoreOptions): Promise<void>;
  deleteItemAsync(key: string, options?: SecureStoreOptions): Promise<void>;
}

export interface CryptoModule {
  getRandomValues(array: Uint8Array): Uint8Array;
}

export interface LinkingModule {
  createURL(path: string): string;
}

export interface LocalAuthenticationModule {
  hasHardwareAsync(): Promise<boolean>;
  /** 0 nothing, 1 PIN or the like, 2 weak biometrics, 3 strong ones. */
  getEnrolledLevelAsync(): Promise<number>;
  authenticateAsync(options?: {
    promptMessage?: string;
    promptSubtitle?: string;
    promptDescription?: string;
    cancelLabel?: string;
    fallbackLabel?: string;
    disableDeviceFallback?: boolean;
    biometricsSecurityLevel?: 'weak' | 'strong';
  }): Promise<{ readonly success: boolean; readonly error?: string; readonly warning?: string }>;
}

export interface ApplicationModule {
  readonly applicationId: string | null;
}

export interface ConstantsModule {
  readonly default: {
    readonly expoConfig: {
      readonly ios?: { readonly bundleIdentifier?: string };
      readonly android?: { readonly package?: string };
    } | null;
  };
}

export interface ExpoModule {
  isRunningInExpoGo(): boolean;
  requireOptionalNativeModule(name: string): unknown;
}

export type ModuleName = keyof NativeModules;

/** What the app gives in place of the packages; `null` stands for one that is not there. */
export type GivenModules = { readonly [Name in ModuleName]?: NativeModules[Name] | null };

export interface ModuleSource {
  /** @throws AuthError `missing_native_module`, with the command that installs it. */
  need<Name extends ModuleName>(name: Name): NativeModules[Name];
  find<Name extends ModuleName>(name: Name): NativeModules[Name] | undefined;
}

/**
 * Metro takes a `require` straight in a `try` for an optional dependency: an app without the package still builds. Each has
 * its own `try`, since the bundler has to see the name.
 */
const packages: { readonly [Name in ModuleName]: () => unknown } = {
  'react-native': () => {
    try {
      return require('react-native');
    } catch (error) {
      return failed(error);
    }
  },
  'expo-web-browser': () => {
    try {
      return require('expo-web-browser');
    } catch (error) {
      return failed(error);
    }
  },
  'expo-secure-store': () => {
    try {
      return require('expo-secure-store');
    } catch (error) {
      return failed(error);
    }
  },
  'expo-crypto': () => {
    try {
      return require('expo-crypto');
    } catch (error) {
      return failed(error);
    }
  },
  'expo-linking': () => {
    try {
      return require('expo-linking');
    } catch (error) {
      return failed(error);
    }
  },
  'expo-local-authentication': () => {
    try {
      return require('expo-local-authentication');
    } catch (error) {
      return failed(error);
    }
  },
  'expo-application': () => {
    try {
      return require('expo-application');
    } catch (error) {
      return failed(error);
    }
  },
  'expo-constants': () => {
    try {
      return require('expo-constants');
    } catch (error) {
      return failed(error);
    }
  },
  expo: () => {
    try {
      return require('expo');
    } catch (error) {
      return failed(error);
    }
  },
};

/** The native half of each package, which an app built before the package was added has not. */
const nativeHalves: { readonly [Name in ModuleName]?: string } = {
  'expo-web-browser': 'ExpoWebBrowser',
  'expo-secure-store': 'ExpoSecureStore',
  'expo-crypto': 'ExpoCrypto',
  'expo-linking': 'ExpoLinking',
  'expo-local-authentication': 'ExpoLocalAuthentication',
  'expo-application': 'ExpoApplication',
};

class Failure {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

const failed = (cause: unknown) => new Failure(cause);

/** Packages are loaded when first used, and never by importing this one. */
export function createModuleSource(given: GivenModules = {}): ModuleSource {
  const loaded = new Map<ModuleName, unknown>();
  const load = (name: ModuleName): unknown => {
    if (!loaded.has(name))
      loaded.set(name, given[name] === undefined ? loadPackage(name, () => find('expo')) : given[name]);
    return loaded.get(name);
  };
  const find = <Name extends ModuleName>(name: Name): NativeModules[Name] | undefined => {
    const found = load(name);
    return found === null || found instanceof Failure ? undefined : (found as NativeModules[Name]);
  };
  return {
    find,
    need: (name) => {
      const found = find(name);
      if (found !== undefined) return found;
      const failure = loaded.get(name);
      throw missing(name, failure instanceof Failure ? failure.cause : undefined);
    },
  };
}

function loadPackage(name: ModuleName, findExpo: () => ExpoModule | undefined): unknown {
  const half = nativeHalves[name];
  const expo = half ? findExpo() : undefined;
  // Loading the package would not only throw: Metro's `require` reports what a module throws as a crash of the app, caught or
  // not. Jest has no native halves, but mocks of whole packages, and a `require` that only throws.
  if (half && expo && '__r' in globalThis && !expo.requireOptionalNativeModule(half))
    return failed(new Error(`The app has no native module ${half}.`));
  return packages[name]();
}

function missing(name: ModuleName, cause: unknown): AuthError {
  const how = name === 'react-native' ? 'npm install react-native' : `npx expo install ${name}`;
  const message = `${name} is not in this app: run "${how}", and build the app again if it has native folders of its own.`;
  return new AuthError('MissingNativeModule', message, { code: 'missing_native_module', cause });
}
