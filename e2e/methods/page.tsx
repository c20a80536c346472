import { Auth0, type Auth0ContextInterface, type Auth0Options, Auth0Provider, useAuth0 } from 'postern';
import { createRoot } from 'react-dom/client';
import { cases } from './cases.ts';
import { type App, appOfClass, type Stage } from './stage.ts';

/** What a test asks of the page; put on `window` before any script runs. */
export interface MethodsPageConfig {
  readonly issuer: string;
  readonly by: App['by'];
}

/** What the test offers to the page: a page of no origin may call the control API itself. */
interface MethodsWindow {
  readonly methodsConfig: MethodsPageConfig;
  readonly askControl: (path: string, body: object | undefined) => Promise<unknown>;
  readonly visitAs: (url: string, user: string) => Promise<string>;
  runCase: (index: number) => Promise<void>;
}

const page = window as unknown as MethodsWindow;
const { issuer, by } = page.methodsConfig;

const requests: string[] = [];
const realFetch = window.fetch.bind(window);
window.fetch = (input, init) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input, window.location.href);
  if (!pathname.startsWith('/.well-known/')) requests.push(`${init?.method ?? 'GET'} ${pathname}`);
  return realFetch(input, init);
};

let installations = 0;

/** Of a client with a place in the browser's storage that no other has. */
function optionsOf(more: Partial<Auth0Options>): Auth0Options {
  installations += 1;
  return {
    domain: new URL(issuer).origin,
    clientId: 'postern-spa',
    cacheLocation: 'localstorage',
    credentialsManagerStorageKey: `case-${installations}`,
    ...more,
  };
}

async function openClass(options: Auth0Options): Promise<App> {
  const auth0 = new Auth0(options);
  await auth0.session.start();
  return appOfClass(auth0);
}

/** Renders a provider, and answers when its session has started. */
function openHook(options: Auth0Options): Promise<App> {
  const container = document.body.appendChild(document.createElement('div'));
  const root = createRoot(container);
  return new Promise((resolve) => {
    let latest: Auth0ContextInterface | undefined;
    const current = () => latest as Auth0ContextInterface;
    function Probe() {
      latest = useAuth0();
      if (!latest.isLoading) {
        const { user: _user, error: _error, isLoading: _isLoading, ...methods } = latest;
        resolve({
          by: 'hook',
          // Only for building URLs: it shares nothing with the provider's client.
          auth0: new Auth0({ ...options, cacheLocation: 'memory' }),
          methods,
          state: async () => {
            // React shows a change when the call that made it has returned.
            await new Promise((painted) => setTimeout(painted));
            return current();
          },
        });
      }
      return null;
    }
    root.render(
      <Auth0Provider {...options}>
        <Probe />
      </Auth0Provider>,
    );
  });
}

const stage: Stage = {
  issuer,
  hasBrowser: true,
  canTransferSession: false,
  open: (more = {}) => (by === 'class' ? openClass : openHook)(optionsOf(more)),
  control: <T,>(path: string, body?: object) => page.askControl(path, body) as Promise<T>,
  visit: (url, user) => page.visitAs(url, user),
  requests: () => requests,
};

page.runCase = async (index) => {
  const found = cases[index];
  if (found === undefined) throw new Error(`There is no case ${index}.`);
  await found.run(stage);
};
