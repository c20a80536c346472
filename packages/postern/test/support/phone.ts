import { createExpoPlatform, type ExpoPlatformOptions } from '../../src/platform/expo/index.ts';
import type { BrowserResult, GivenModules, NativeModules } from '../../src/platform/expo/modules.ts';
import type { Platform } from '../../src/platform/platform.ts';

type System = 'ios' | 'android';

/** What the person does at a page: where their browser ends up, or a result of the browser's. Pending: nothing yet. */
export type Person = (url: string, redirectUrl: string | null) => Promise<string | BrowserResult>;

/**
 * A phone of plain memory: React Native and Expo's modules, made by their published types and by what their sources do. It
 * outlives the app, which may be ended and started again.
 */
export interface Phone {
  readonly system: System;
  /** Items of the secure store by service and name; write to it to damage one. */
  readonly keychain: Map<string, string>;
  /** iOS's `NSUserDefaults`: cleared when the app is removed. */
  readonly settings: Map<string, unknown>;
  readonly modules: NativeModules;
  person: Person;
  /** Pages that were opened, with what they were opened with. */
  readonly opened: { readonly url: string; readonly redirectUrl?: string | null; readonly options: unknown }[];
  /** How often an open page was taken away by the app. */
  dismissals: number;
  /** Called before each write to the secure store; throws to refuse it, or to end the app at that point. */
  onWrite: (name: string, kind: 'set' | 'delete') => void;
  /** Called before each read of an item that is there. */
  onRead: (name: string) => void;
  /** What the local authentication answers. */
  finger: () => { success: boolean; error?: string; warning?: string };
  readonly prompts: object[];
  enrolled: number;
  hasHardware: boolean;
  isExpoGo: boolean;
  applicationId: string | null;
  configured: string | undefined;
  installedBrowsers: { defaultBrowserPackage: string | null; browserPackages: string[] };
  initialUrl: string | null;
  /** The system opens the running app by a URL. */
  openApp(url: string): void;
  /** The person leaves the browser for the app: Android takes the page for dismissed, and cannot be made to otherwise. */
  comeBack(): void;
  /** The app goes to the background or comes back. */
  setAppState(state: 'active' | 'background' | 'inactive'): void;
  /** Listeners that the app has not given back. */
  listeners(): number;
  start(options?: Partial<ExpoPlatformOptions>, instead?: GivenModules): Platform;
}

export function createPhone(system: System = 'ios'): Phone {
  const keychain = new Map<string, string>();
  const settings = new Map<string, unknown>();
  const urlListeners = new Set<(event: { url: string }) => void>();
  const stateListeners = new Set<(state: string) => void>();
  let appState: string = 'active';
  let finish: ((result: BrowserResult) => void) | undefined;

  const open = async (
    url: string,
    redirectUrl: string | null | undefined,
    options: unknown,
  ): Promise<BrowserResult> => {
    if (finish)
      throw Object.assign(new Error('WebBrowser is already open, only one can be open at a time'), {
        code: system === 'ios' ? 'ERR_WEB_BROWSER_ALREADY_OPEN' : 'ERR_UNEXPECTED',
      });
    phone.opened.push({ url, ...(redirectUrl === undefined ? {} : { redirectUrl }), options });
    const visit = phone.person(url, redirectUrl ?? null);
    try {
      return await Promise.race([
        visit.then((end) => (typeof end === 'string' ? { type: 'success', url: end } : end)),
        new Promise<BrowserResult>((resolve) => {
          finish = resolve;
        }),
      ]);
    } finally {
      finish = undefined;
    }
  };
  const dismiss = () => {
    phone.dismissals += 1;
    finish?.({ type: 'dismiss' });
  };
  const nameOf = (key: string, options: { keychainService?: string } = {}) => {
    if (!/^[\w.-]+$/.test(key)) throw new Error('Invalid key provided to SecureStore.');
    return `${options.keychainService ?? 'app'}:${key}`;
  };
  const subscribe = <T>(listeners: Set<T>, listener: T) => {
    listeners.add(listener);
    return { remove: () => void listeners.delete(listener) };
  };

  const modules: NativeModules = {
    'react-native': {
      Platform: { OS: system },
      AppState: {
        get currentState() {
          return appState;
        },
        addEventListener: (_, listener) => subscribe(stateListeners, listener),
      },
      Linking: {
        getInitialURL: async () => phone.initialUrl,
        addEventListener: (_, listener) => subscribe(urlListeners, listener),
      },
      ...(system === 'ios'
        ? {
            Settings: {
              get: (key: string) => settings.get(key),
              set: (values: Record<string, unknown>) => {
                for (const [key, value] of Object.entries(values)) settings.set(key, value);
              },
            },
          }
        : {}),
    },
    'expo-web-browser': {
      openAuthSessionAsync: (url, redirectUrl, options) => open(url, redirectUrl, options),
      openBrowserAsync: (url, options) => open(url, undefined, options),
      dismissAuthSession: dismiss,
      dismissBrowser: dismiss,
      getCustomTabsSupportingBrowsersAsync: async () => phone.installedBrowsers,
    },
    'expo-secure-store': {
      AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY: 1,
      isAvailableAsync: async () => true,
      getItemAsync: async (key, options) => {
        const value = keychain.get(nameOf(key, options));
        if (value !== undefined) phone.onRead(key);
        return value ?? null;
      },
      setItemAsync: async (key, value, options) => {
        phone.onWrite(key, 'set');
        if (value.length > 2048) throw new Error('More than an item should hold.');
        keychain.set(nameOf(key, options), value);
      },
      deleteItemAsync: async (key, options) => {
        phone.onWrite(key, 'delete');
        keychain.delete(nameOf(key, options));
      },
    },
    'expo-crypto': { getRandomValues: (array) => crypto.getRandomValues(array as Uint8Array<ArrayBuffer>) },
    'expo-linking': { createURL: (path) => `exp://192.168.1.5:8081/--/${path}` },
    'expo-local-authentication': {
      hasHardwareAsync: async () => phone.hasHardware,
      getEnrolledLevelAsync: async () => phone.enrolled,
      authenticateAsync: async (options = {}) => {
        phone.prompts.push(options);
        return phone.finger();
      },
    },
    get 'expo-application'() {
      return { applicationId: phone.applicationId };
    },
    get 'expo-constants'() {
      const id = phone.configured;
      return { default: { expoConfig: id ? { ios: { bundleIdentifier: id }, android: { package: id } } : null } };
    },
    expo: { isRunningInExpoGo: () => phone.isExpoGo, requireOptionalNativeModule: () => ({}) },
  };

  const phone: Phone = {
    system,
    keychain,
    settings,
    modules,
    person: () => new Promise(() => undefined),
    opened: [],
    dismissals: 0,
    onWrite: () => undefined,
    onRead: () => undefined,
    finger: () => ({ success: true }),
    prompts: [],
    enrolled: 3,
    hasHardware: true,
    isExpoGo: false,
    applicationId: 'com.Acme.App',
    configured: undefined,
    installedBrowsers: { defaultBrowserPackage: 'com.android.chrome', browserPackages: ['com.android.chrome'] },
    initialUrl: null,
    openApp: (url) => {
      for (const listener of [...urlListeners]) listener({ url });
    },
    comeBack: () => {
      if (system === 'android') finish?.({ type: 'dismiss' });
    },
    setAppState: (state) => {
      appState = state;
      for (const listener of [...stateListeners]) listener(state);
    },
    listeners: () => urlListeners.size + stateListeners.size,
    start: (options = {}, instead = {}) =>
      createExpoPlatform({
        domain: 'tenant.example.com',
        clientId: 'phone',
        modules: { ...modules, ...instead },
        ...options,
      }),
  };
  return phone;
}

/** A fault of the store as Expo's modules raise it. */
export const fault = (code: string, message: string) => Object.assign(new Error(message), { code });
