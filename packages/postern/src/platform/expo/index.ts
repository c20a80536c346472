import type { Auth0Options } from '../../types/options.ts';
import { type Listeners, openInProcessChannel } from '../in-process-channel.ts';
import { createMapStorage } from '../map-storage.ts';
import { createMemoryKeys } from '../memory-keys.ts';
import type { Clock, CreatePlatform, Platform } from '../platform.ts';
import { createStoredKeys } from '../stored-keys.ts';
import { systemClock } from '../system-clock.ts';
import { appMutex } from './app-mutex.ts';
import { checkEngine } from './check-engine.ts';
import { plainFetch } from './fetch.ts';
import { createLifecycle } from './lifecycle.ts';
import { createLocalAuthentication } from './local-authentication.ts';
import { createModuleSource, type GivenModules } from './modules.ts';
import { createRandom } from './random.ts';
import { provideRandom } from './random-bytes.ts';
import { SecureStorage } from './secure-storage.ts';
import { createUserAgent } from './user-agent.ts';
import { provideCrypto, type WebCrypto } from './web-crypto.ts';

export interface ExpoPlatformOptions
  extends Pick<
    Auth0Options,
    | 'domain'
    | 'clientId'
    | 'credentialsManagerStorageKey'
    | 'localAuthenticationOptions'
    | 'bundleIdentifier'
    | 'crypto'
    | 'cacheLocation'
  > {
  /**
   * Modules to use in place of the packages of these names: your own over other packages in an app without Expo, or a test's.
   * `null`: as if the package were not there.
   */
  readonly modules?: GivenModules;
  /** A test's. Default: the system's. */
  readonly clock?: Clock;
}

/** Of the whole app: its clients share the secure store. */
const appListeners: Listeners = new Map();

/**
 * React Native, with Expo's modules or with some that look like them.
 *
 * @throws AuthError `InitializationError` code `invalid_configuration`: the JavaScript engine lacks something, and the message
 * says what to install; `BIOMETRICS_CONFIGURATION_ERROR`.
 * @example
 * const platform = createExpoPlatform({ ...options, modules: { 'expo-secure-store': mySecureStore } });
 * const auth0 = new Auth0({ ...options, platform });
 */
export function createExpoPlatform(options: ExpoPlatformOptions): Platform {
  checkEngine();
  const {
    domain,
    clientId,
    credentialsManagerStorageKey,
    localAuthenticationOptions,
    cacheLocation,
    clock = systemClock,
  } = options;
  const modules = createModuleSource(options.modules);
  const random = createRandom(modules);
  const secureStorage = new SecureStorage(modules);
  const local = localAuthenticationOptions
    ? createLocalAuthentication(
        modules,
        clock,
        JSON.stringify([domain, clientId, credentialsManagerStorageKey]),
        localAuthenticationOptions,
      )
    : undefined;
  provideRandom(random);
  if (options.crypto) provideCrypto(options.crypto as WebCrypto);
  // A native app stays signed in: only one that says `memory` in so many words is taken to mean it.
  const inMemory = cacheLocation === 'memory';
  const memoryKeys = createMemoryKeys();
  const storedKeys = createStoredKeys(async (namespace) => secureStorage.open('records', namespace));
  let isKept = !inMemory;
  const keys = () => (isKept ? storedKeys : memoryKeys);
  return {
    name: 'expo',
    fetch: plainFetch,
    clock,
    random,
    lifecycle: createLifecycle(modules, clock),
    userAgent: createUserAgent(modules, clock, options),
    storage: ({ location, namespace }) => {
      if (inMemory && location === 'memory') return createMapStorage();
      isKept = true;
      return secureStorage.open('records', namespace);
    },
    // A login outlives the process: Android may end it while the browser is in front.
    transactions: ({ namespace }) => secureStorage.open('logins', namespace),
    mutex: appMutex,
    channel: (name) => openInProcessChannel(appListeners, name),
    keys: {
      get: (name) => keys().get(name),
      create: (name) => keys().create(name),
      // Signing out removes the key; whoever signs in next is asked again.
      delete: async (name) => {
        local?.forget();
        await keys().delete(name);
      },
    },
    ...(local ? { gate: local.confirm } : {}),
    canTransferSession: true,
  };
}

/** What a client in React Native gets that names no platform. */
export const createPlatform: CreatePlatform = (options) => createExpoPlatform(options);
