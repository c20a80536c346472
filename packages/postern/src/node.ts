/**
 * What Node has beside the rest: its platform, with a folder and a keychain of the app's choice.
 *
 * @example
 * const platform = createNodePlatform({ directory: app.getPath('userData') });
 * const auth0 = new Auth0({ domain, clientId, cacheLocation: 'localstorage', platform });
 *
 * @module
 */
export {
  createPlatform as createNodePlatform,
  type NodePlatform,
  type NodePlatformOptions,
} from './platform/node/index.ts';
