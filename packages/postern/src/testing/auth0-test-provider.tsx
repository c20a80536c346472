'use client';

import { type ReactNode, useState } from 'react';
import { Auth0Provider, type Auth0ProviderProps } from '../react/auth0-provider.tsx';
import { readTestOptions, type TestOptions } from './test-options.ts';

/** The app's own options, what the kit needs (see {@link TestOptions}), and: */
export interface Auth0TestProviderProps
  extends TestOptions,
    Pick<Auth0ProviderProps, 'context' | 'onRedirectCallback' | 'skipRedirectCallback'> {
  readonly children?: ReactNode;
}

/**
 * `Auth0Provider` for tests: the same provider and client, on a device of memory. With `tenant` its logins and tokens are
 * real; with `signedInAs` it needs no network at all. Everything ends when it is unmounted.
 *
 * @example
 * render(
 *   <Auth0TestProvider tenant={tenant} userAgent={{ user: ann }}>
 *     <App />
 *   </Auth0TestProvider>,
 * );
 */
export function Auth0TestProvider({
  children,
  context,
  onRedirectCallback,
  skipRedirectCallback,
  ...options
}: Auth0TestProviderProps) {
  const { clientOptions, open } = readTestOptions(options);
  const [device] = useState(open);
  const current = options.device ?? device;
  return (
    <Auth0Provider
      {...clientOptions}
      platform={current.platform}
      {...(context && { context })}
      {...(onRedirectCallback && { onRedirectCallback })}
      {...(skipRedirectCallback !== undefined && { skipRedirectCallback })}
    >
      {children}
    </Auth0Provider>
  );
}
