/** What react-native-auth0's web build asks of React Native, in place of react-native-web. */
export const Platform = { OS: 'web', select: <T>(choices: { web?: T; default?: T }) => choices.web ?? choices.default };
export const NativeModules = {};
export const Linking = {};
export const TurboModuleRegistry = { get: () => null, getEnforcing: () => null };
