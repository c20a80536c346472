/**
 * Postern's React Native platform, for apps that bring their own native modules.
 *
 * @module
 */
export { createPlatform as createExpoPlatform } from './platform/expo/index.ts';
