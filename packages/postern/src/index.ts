export * from './core.ts';
export { Auth0 as default } from './core.ts';
export * from './react/auth0-context.ts';
export * from './react/auth0-provider.tsx';
export * from './react/use-auth0.ts';
