const { join } = require('node:path');

const expoModules = ['web-browser', 'secure-store', 'crypto', 'linking', 'local-authentication', 'application'];

/**
 * One Jest project for iOS and one for Android, on `jest-expo`'s presets, with a device's globals and fakes of the Expo modules.
 *
 * @param {string} rootDir of the tests; also where packages are resolved from
 */
exports.deviceProjects = (rootDir) =>
  ['ios', 'android'].map((system) => ({
    preset: `jest-expo/${system}`,
    rootDir,
    roots: ['<rootDir>'],
    testPathIgnorePatterns: ['/node_modules/', '<rootDir>/web/', '<rootDir>/dist/'],
    modulePathIgnorePatterns: ['<rootDir>/dist/'],
    setupFiles: [join(__dirname, 'globals.js')],
    moduleNameMapper: Object.fromEntries(
      expoModules.map((name) => [`^expo-${name}$`, join(__dirname, 'modules', `${name}.ts`)]),
    ),
  }));

exports.tenantSetup = {
  globalSetup: join(__dirname, 'tenant.js'),
  globalTeardown: join(__dirname, 'stop-tenant.js'),
};
