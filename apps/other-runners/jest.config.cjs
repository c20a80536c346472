/** As it comes: no transform, no flags, no mocks. */
module.exports = {
  testMatch: ['<rootDir>/jest/**/*.test.cjs'],
  transform: {},
};
