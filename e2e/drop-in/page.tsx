import { createRoot } from 'react-dom/client';
import Auth0, { Auth0Provider, useAuth0, type WebAuth0Options } from 'react-native-auth0';
import { App } from './app.tsx';

/** What a test asks of the page; put on `window` before any script runs. */
export interface DropInConfig {
  readonly show: 'app' | 'probe';
  readonly options: WebAuth0Options;
}

/** A failed or finished call, as far as it can leave the page. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly code?: string; readonly type?: string; readonly message: string };
}

interface DropInWindow {
  readonly dropIn: DropInConfig;
  /** Calls a method of the hook, or of the class below `auth0.`. */
  callMethod: (path: string, args: readonly unknown[]) => Promise<Outcome>;
}

const page = window as unknown as DropInWindow;
const { show, options } = page.dropIn;

let hook: unknown;
const auth0 = show === 'probe' ? new Auth0(options) : undefined;

page.callMethod = async (path, args) => {
  const names = path.split('.');
  let owner: unknown = names[0] === 'auth0' ? { auth0 } : hook;
  for (const name of names.slice(0, -1)) owner = (owner as Record<string, unknown>)[name];
  if (names.length > 1 && names.at(-2) === 'users') owner = auth0?.users(String(args[0]));
  const method = (owner as Record<string, (...given: readonly unknown[]) => unknown>)[names.at(-1) ?? ''];
  try {
    return { value: await method?.call(owner, ...(names.at(-2) === 'users' ? args.slice(1) : args)) };
  } catch (reason) {
    const { name, code, type, message } = reason as { name: string; code?: string; type?: string; message: string };
    return {
      error: { name, message, ...(code === undefined ? {} : { code }), ...(type === undefined ? {} : { type }) },
    };
  }
};

function Probe() {
  const context = useAuth0();
  hook = context;
  const { dataset } = document.documentElement;
  dataset.user = context.user?.email ?? '';
  dataset.loading = String(context.isLoading);
  return null;
}

createRoot(document.body.appendChild(document.createElement('div'))).render(
  show === 'app' ? (
    <App {...options} />
  ) : (
    <Auth0Provider {...options}>
      <Probe />
    </Auth0Provider>
  ),
);
