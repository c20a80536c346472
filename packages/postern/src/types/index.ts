export * from './client.ts';
export * from './credentials.ts';
export * from './direct.ts';
export * from './mfa.ts';
export * from './options.ts';
export * from './parameters.ts';
export * from './user.ts';
