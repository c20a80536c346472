/** What react-native-auth0's web build asks of React Native. */
export const Platform = { OS: 'web', select: <T>({ web }: { web?: T }) => web };
export const NativeModules = {};
export const Linking = {};
export const TurboModuleRegistry = { get: () => null, getEnforcing: () => null };
