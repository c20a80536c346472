/**
 * What Node has beside the rest: its platform, with a folder and a keychain of the app's choice (see "In Node" in
 * docs/sdk.md).
 *
 * @module
 */
export {
  createNodePlatform,
  type NodePlatform,
  type NodePlatformOptions,
} from './platform/node/index.ts';
