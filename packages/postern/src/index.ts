export * from './core.ts';
export { Auth0 as default } from './core.ts';
export {
  Auth0Context,
  type Auth0ContextInterface,
  type Auth0Methods,
  type Auth0State,
  createAuth0Context,
} from './react/auth0-context.ts';
export { Auth0Provider, type Auth0ProviderProps } from './react/auth0-provider.tsx';
export { useAuth0 } from './react/use-auth0.ts';
