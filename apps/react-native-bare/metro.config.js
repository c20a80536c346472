// React Native's own settings are all that Postern needs.
module.exports = require('@react-native/metro-config').getDefaultConfig(__dirname);
