import { Auth0, Auth0Provider, useAuth0 } from 'postern';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createPlatform } from '../../src/platform/browser/index.ts';
import { createWorld, type World } from '../support/world.ts';

/** No document here, as on a server. The browser's platform is what a bundler may well put into a server's build. */

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function Page() {
  const { user, error, isLoading } = useAuth0();
  return <p>{JSON.stringify({ user, error, isLoading })}</p>;
}

const app = (platform?: ReturnType<typeof createPlatform>) => (
  <StrictMode>
    <Auth0Provider domain={world.origin} clientId="postern-spa" {...(platform ? { platform } : {})}>
      <Page />
    </Auth0Provider>
  </StrictMode>
);

const loading = '{&quot;user&quot;:null,&quot;error&quot;:null,&quot;isLoading&quot;:true}';

describe('S35, known failure 1c-29: rendering on a server', () => {
  it.each([
    ['the platform of this process', () => undefined],
    ['the browser’s platform', createPlatform],
  ])('with %s shows the loading state and asks nobody', (_, platform) => {
    const fetching = vi.spyOn(globalThis, 'fetch');
    try {
      expect(typeof window).toBe('undefined');
      expect(renderToString(app(platform()))).toBe(`<p>${loading}</p>`);
      expect(fetching).not.toHaveBeenCalled();
    } finally {
      fetching.mockRestore();
    }
  });

  it('two requests never share a session', async () => {
    const options = { domain: world.origin, clientId: 'postern-spa', platform: createPlatform() };
    const [one, two] = [new Auth0(options), new Auth0({ ...options, platform: createPlatform() })];
    expect(one.session).not.toBe(two.session);
    await one.credentialsManager.saveCredentials({
      accessToken: 'of one request',
      idToken: '',
      tokenType: 'Bearer',
      expiresAt: Date.now() / 1000 + 3600,
    });
    expect(await one.credentialsManager.hasValidCredentials()).toBe(true);
    expect(await two.credentialsManager.hasValidCredentials()).toBe(false);
  });

  it('hydrates without a mismatch', async () => {
    const html = renderToString(app());
    await import('../support/dom.ts');
    const { act } = await import('react');
    const root = document.createElement('div');
    document.body.append(root);
    root.innerHTML = html;
    const mismatches: unknown[] = [];
    const hydrated = await act(async () =>
      hydrateRoot(root, app(), { onRecoverableError: (error) => mismatches.push(error) }),
    );
    await vi.waitFor(() => expect(root.textContent).toContain('"isLoading":false'), 10_000);
    expect(mismatches).toEqual([]);
    await act(async () => hydrated.unmount());
  });
});
