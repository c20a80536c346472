/**
 * Libraries that are built into one file of their own, as no app that uses the SDK should have to install them
 * (docs/decisions/0009-doctor-libraries.md).
 */
export { default as JSON5 } from 'json5';
export { default as satisfies } from 'semver/functions/satisfies.js';
