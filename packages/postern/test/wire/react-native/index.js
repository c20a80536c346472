// What react-native-auth0 touches when it is loaded and constructed. Its HTTP client is plain JavaScript and needs no more.
const native = new Proxy({}, { get: () => async () => true });
exports.Platform = { OS: 'ios', select: (choices) => choices.ios ?? choices.default };
exports.NativeModules = {};
exports.TurboModuleRegistry = { get: () => native, getEnforcing: () => native };
