import { sampleConfig, type Tenant, type TenantConfigInput } from '@postern/tenant';
import { Auth0, type Auth0Options } from 'postern/core';
import { createQuickTenant } from '../../../tenant/test/support/quick-tenant.ts';
import {
  createMemoryDevice,
  createMemoryTab,
  type MemoryDevice,
  type MemoryTab,
} from '../../src/platform/memory/index.ts';
import type { PresentRequest } from '../../src/platform/platform.ts';

export const audience = 'https://api.postern.test';
export const sampleUser = 'user@example.com';
export const clientId = 'postern-spa';

/** A tenant over real HTTP, and tabs of one browser in front of it. */
export interface World {
  readonly tenant: Tenant;
  readonly origin: string;
  /** Of its usual client: prefix of what is stored, and the name of its key. */
  readonly namespace: string;
  /** The browser; `renew` gives another, with nothing stored. */
  readonly device: MemoryDevice;
  renew(): void;
  /** A tab whose person is signed in at the tenant (or not), with a client of it. */
  open(options?: Partial<Auth0Options>, tab?: MemoryTab): { tab: MemoryTab; auth0: Auth0 };
  /** The same, already logged in. */
  openSignedIn(options?: Partial<Auth0Options>): Promise<{ tab: MemoryTab; auth0: Auth0 }>;
  /** Puts the clocks of tenant and browser forward together. */
  advance(seconds: number): void;
  /** Fetch that keeps a record in `tokenRequests`. */
  readonly fetch: typeof fetch;
  /** What token requests came in, in order, since the world began; without those refused for want of a nonce. */
  readonly tokenRequests: URLSearchParams[];
  close(): Promise<void>;
}

export async function createWorld(config: Partial<TenantConfigInput> = {}): Promise<World> {
  const tenant = await createQuickTenant({ ...sampleConfig, ...config });
  const { url } = await tenant.listen({ port: 0 });
  const { origin } = new URL(url);
  let device = createMemoryDevice();
  const tokenRequests: URLSearchParams[] = [];

  const watchedFetch: typeof fetch = async (input, init) => {
    if (!String(input).endsWith('/oauth/token')) return fetch(input, init);
    const request = new URLSearchParams(String(init?.body));
    tokenRequests.push(request);
    const response = await fetch(input, init);
    if (response.status === 400 && (await response.clone().text()).includes('use_dpop_nonce'))
      tokenRequests.splice(tokenRequests.indexOf(request), 1);
    return response;
  };

  const open: World['open'] = (options = {}, tab = createMemoryTab(device, { fetch: watchedFetch })) => {
    tab.visit = (request) => visitSignedIn(tenant, request);
    const auth0 = new Auth0({
      domain: origin,
      clientId,
      audience,
      scope: 'openid profile email read:notes',
      cacheLocation: 'localstorage',
      platform: tab,
      ...options,
    });
    return { tab, auth0 };
  };

  return {
    tenant,
    origin,
    namespace: ['postern', new URL(origin).host, clientId].map(encodeURIComponent).join('/'),
    fetch: watchedFetch,
    get device() {
      return device;
    },
    renew: () => {
      device = createMemoryDevice();
      tenant.control.clock.reset();
      tenant.control.faults.clear();
    },
    tokenRequests,
    open,
    openSignedIn: async (options) => {
      const opened = open(options);
      await opened.auth0.webAuth.authorize();
      await opened.auth0.session.start();
      return opened;
    },
    advance: (seconds) => {
      tenant.control.clock.advance(seconds * 1000);
      device.clock.advance(seconds * 1000);
    },
    close: () => tenant.close(),
  };
}

/** Follows the authorization request with the cookies of somebody signed in, as a browser would, to the callback. */
export async function visitSignedIn(tenant: Tenant, request: PresentRequest, user = sampleUser): Promise<string> {
  const { cookies } = await tenant.control.sessionState({ user });
  return follow(request, cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
}

export async function follow(request: PresentRequest, cookie = ''): Promise<string> {
  let url = new URL(request.url);
  // A frame's page posts its parameters to the app; here they come by redirect, with the same content.
  if (request.mode === 'silent') url.searchParams.delete('response_mode');
  for (let hops = 0; hops < 10; hops++) {
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${url.pathname} shows a page (${response.status}) instead of going on.`);
    url = new URL(location, url);
    if (url.href.startsWith(request.redirectUri)) return url.href;
  }
  throw new Error('The tenant redirects in circles.');
}

/** Lets messages between tabs and what follows from them settle. */
export const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
