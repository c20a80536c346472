/**
 * For the protocol on the engine alone, without a device around it: React Native and Expo are left out, and what the engine's
 * own shell has not (a console, timers) comes first.
 */
const path = require('node:path');
const { getDefaultConfig, mergeConfig } = require('@react-native/metro-config');

const root = path.join(__dirname, '..');
const empty = path.join(__dirname, 'react-native.js');

module.exports = mergeConfig(getDefaultConfig(root), {
  resolver: {
    resolveRequest: (context, name, platform) =>
      name === 'react-native' || name === 'expo' || name.startsWith('expo-')
        ? { type: 'sourceFile', filePath: empty }
        : context.resolveRequest(context, name, platform),
  },
  serializer: { getModulesRunBeforeMainModule: () => [], getPolyfills: () => [] },
});
