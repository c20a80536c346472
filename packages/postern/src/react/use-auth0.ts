'use client';

import { type Context, useContext } from 'react';
import { Auth0Context, type Auth0ContextInterface } from './auth0-context.ts';

/**
 * The session of the nearest {@link Auth0Provider}: who is signed in, and the methods to sign in, out and get tokens.
 *
 * @typeParam TClaims Custom claims of your ID tokens, added to the type of `user`.
 * @param context Of a provider that was given one. Default: the common one.
 * @throws Outside a provider nothing: `isLoading` is true for ever, and each method throws when called.
 * @example
 * const { user, isLoading, authorize } = useAuth0<{ 'https://example.com/roles': string[] }>();
 */
export function useAuth0<TClaims extends object = object>(
  context: Context<Auth0ContextInterface> = Auth0Context,
): Auth0ContextInterface<TClaims> {
  return useContext(context) as Auth0ContextInterface<TClaims>;
}
