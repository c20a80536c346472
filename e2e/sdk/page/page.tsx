import {
  Auth0,
  type Auth0ContextInterface,
  type Auth0Options,
  Auth0Provider,
  addPasskey,
  signInWithPasskey,
  signUpWithPasskey,
  useAuth0,
} from 'postern';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

/** What a test asks of the page; put on `window` before any script runs. */
export interface PageConfig {
  readonly options: Auth0Options;
  /** `core`: a client and no React. `react`: a provider in StrictMode. `manual`: nothing is constructed. */
  readonly mode: 'core' | 'react' | 'manual';
  readonly skipRedirectCallback?: boolean;
}

export interface SdkPage {
  readonly Auth0: typeof Auth0;
  readonly passkeys: {
    readonly signUp: typeof signUpWithPasskey;
    readonly signIn: typeof signInWithPasskey;
    readonly add: typeof addPasskey;
  };
  /** The client of `core` mode. */
  client: Auth0;
  /** What `useAuth0` returned last, in `react` mode. */
  hook: Auth0ContextInterface;
  renders: number;
  /** `appState`s that `onRedirectCallback` was called with. */
  readonly callbacks: unknown[];
  /** Promises that a test left running, by name. */
  readonly pending: Record<string, Promise<unknown>>;
  /** Moves this page's clock. */
  advance(ms: number): void;
  /** Keeps `work`'s outcome for later: it may outlive the call that started it. */
  begin(name: string, work: () => Promise<unknown>): void;
}

declare global {
  interface Window {
    sdkConfig: PageConfig;
    /** How far the clock of a new page is ahead of the machine's, in milliseconds. */
    sdkClockAheadMs?: number;
    sdk: SdkPage;
  }
}

const { options, mode, skipRedirectCallback = false } = window.sdkConfig;

let ahead = window.sdkClockAheadMs ?? 0;
const machineNow = Date.now.bind(Date);
Date.now = () => machineNow() + ahead;

const callbacks: unknown[] = [];
const onRedirectCallback = (appState: unknown) => callbacks.push(appState);

window.sdk = {
  Auth0,
  passkeys: { signUp: signUpWithPasskey, signIn: signInWithPasskey, add: addPasskey },
  get client(): Auth0 {
    throw new Error('This page has no client of its own.');
  },
  get hook(): Auth0ContextInterface {
    throw new Error('This page has no provider.');
  },
  renders: 0,
  callbacks,
  pending: {},
  advance: (ms) => {
    ahead += ms;
  },
  begin: (name, work) => {
    const outcome = work();
    outcome.catch(() => undefined);
    window.sdk.pending[name] = outcome;
  },
};

if (mode === 'core') {
  const client = new Auth0(options);
  Object.defineProperty(window.sdk, 'client', { value: client });
  const show = () => showState(client.session.getSnapshot());
  client.session.subscribe(show);
  show();
  void client.session.start({ skipRedirectCallback, onRedirectCallback });
}

if (mode === 'react') {
  createRoot(document.body.appendChild(document.createElement('div'))).render(
    <StrictMode>
      <Auth0Provider {...options} skipRedirectCallback={skipRedirectCallback} onRedirectCallback={onRedirectCallback}>
        <Probe />
      </Auth0Provider>
    </StrictMode>,
  );
}

function Probe() {
  const hook = useAuth0();
  Object.defineProperty(window.sdk, 'hook', { value: hook, configurable: true });
  window.sdk.renders += 1;
  showState(hook);
  return null;
}

/** The state as attributes of `<html>`, for tests to wait on. */
function showState({ user, error, isLoading }: Pick<Auth0ContextInterface, 'user' | 'error' | 'isLoading'>) {
  const { dataset } = document.documentElement;
  dataset.user = user?.email ?? '';
  dataset.error = error === null ? '' : (error.type ?? error.code);
  dataset.loading = String(isLoading);
}
