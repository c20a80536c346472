/** What the polyfills read of React Native as they load. */
exports.NativeModules = {};
exports.Platform = { OS: 'android', Version: 35 };
