// Expo's own settings are all that Postern needs.
module.exports = require('expo/metro-config').getDefaultConfig(__dirname);
