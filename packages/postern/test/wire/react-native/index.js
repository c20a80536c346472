// What react-native-auth0's HTTP client, and nothing else of it, touches when it is loaded.
exports.Platform = { OS: 'ios', select: (choices) => choices.ios ?? choices.default };
exports.NativeModules = {};
exports.TurboModuleRegistry = { get: () => null, getEnforcing: () => ({}) };
