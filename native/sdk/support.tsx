import { act, renderHook } from '@testing-library/react-native';
import { Auth0Provider, type Auth0ProviderProps, useAuth0 } from 'postern';
import type { ReactNode } from 'react';
import { handTo } from '../device/modules/web-browser';
import { Browser } from '../device/person';

export interface Tenant {
  readonly issuer: string;
  readonly control: string;
  readonly secret: string;
}

export const tenant = JSON.parse(process.env.POSTERN_TENANT ?? '{}') as Tenant;
export const zoe = { username: 'zoe@example.com', password: 'Correct-Horse-42' };
export const redirectUrl = 'com.example.postern://callback';
export const options = {
  domain: tenant.issuer.replace(/\/$/, ''),
  clientId: 'device',
  scope: 'openid profile email offline_access',
};

/** The app as it starts: a new provider over whatever the device keeps. */
export async function startApp(props: Partial<Auth0ProviderProps> = {}) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <Auth0Provider {...options} {...props}>
      {children}
    </Auth0Provider>
  );
  const app = await renderHook(() => useAuth0(), { wrapper });
  await until(() => !app.result.current.isLoading);
  return app;
}

/** Waits, letting React work, until `isSo`. */
export async function until(isSo: () => boolean) {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('It did not come to that within 10 s.');
    await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
  }
}

/** A person with a browser of their own, who signs in whenever a login page is shown. */
export function letZoeIn(browser = new Browser()) {
  handTo(async (url) => ({ type: 'success', url: await browser.signIn(url, zoe.username, zoe.password) }));
  return browser;
}
