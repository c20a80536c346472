/**
 * Postern's React Native platform, for apps that bring their own native modules. With Expo's, `postern` itself is enough.
 *
 * @module
 */
export { createExpoPlatform, type ExpoPlatformOptions } from './platform/expo/index.ts';
export { isCallbackUrl } from './platform/expo/is-callback-url.ts';
export type * from './platform/expo/modules.ts';
