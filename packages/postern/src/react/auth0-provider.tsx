'use client';

import {
  type Context,
  type ReactNode,
  useCallback,
  useEffect,
  useInsertionEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { Auth0 } from '../auth0.ts';
import type { SessionSnapshot, StartOptions } from '../session/session-state.ts';
import type { Auth0Options } from '../types/index.ts';
import { Auth0Context, type Auth0ContextInterface } from './auth0-context.ts';
import { bindMethods } from './methods.ts';
import { signatureOf } from './options-signature.ts';

/** The options of {@link Auth0}, and: */
export interface Auth0ProviderProps extends Auth0Options, StartOptions {
  readonly children?: ReactNode;
  /** Where `useAuth0` finds this provider; for a second tenant on the same page. Default: the common context. */
  readonly context?: Context<Auth0ContextInterface>;
}

/** What a server renders, and so what the first render in the browser must show, too. */
const LOADING: SessionSnapshot = { user: null, error: null, isLoading: true };

/**
 * Gives a session to the components below it. Changing an option makes a new client: `user` and `error` are reset at once.
 *
 * @example
 * <Auth0Provider domain="example.eu.auth0.com" clientId="abc">
 *   <App />
 * </Auth0Provider>
 */
export function Auth0Provider({
  children,
  context: { Provider } = Auth0Context,
  skipRedirectCallback = false,
  onRedirectCallback,
  ...options
}: Auth0ProviderProps) {
  const auth0 = useClient(options);
  const snapshot = useSyncExternalStore(
    useCallback((listener: () => void) => auth0.session.subscribe(listener), [auth0]),
    () => auth0.session.getSnapshot(),
    () => LOADING,
  );

  const current = useLatest(auth0);
  const [methods] = useState(() => bindMethods(() => current.current));

  const redirectCallback = useLatest(onRedirectCallback);
  const returnsByItself = onRedirectCallback === undefined;
  useEffect(() => {
    void auth0.session.start({
      skipRedirectCallback,
      ...(returnsByItself ? {} : { onRedirectCallback: (...args) => redirectCallback.current?.(...args) }),
    });
    return () => auth0.session.dispose();
  }, [auth0, skipRedirectCallback, returnsByItself, redirectCallback]);

  const value = useMemo(() => ({ ...snapshot, ...methods }), [snapshot, methods]);
  return <Provider value={value}>{children}</Provider>;
}

/** One client for as long as the options say the same, in however many objects they come. */
function useClient({ platform, crypto, ...options }: Auth0Options): Auth0 {
  const signature = signatureOf(options);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the options.
  return useMemo(
    () => new Auth0({ ...options, ...(platform && { platform }), ...(crypto && { crypto }) }),
    [signature, platform, crypto],
  );
}

/** The value of the last committed render, in place before any effect of a child runs. */
function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}
