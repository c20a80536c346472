import { AuthError } from '../../errors/auth-error.ts';
import type { UserAgent } from '../platform.ts';
import type { LoopbackListener } from './loopback-listener.ts';

/** The person's own browser, and a listener on the loopback address for its answer (RFC 8252). Loaded by the first login. */
export function createUserAgent(open?: (url: string) => Promise<void>): UserAgent {
  const waiting = new Set<LoopbackListener>();
  const show = (url: string) => showPage(url, open);
  return {
    modes: ['popup'],
    prepare: (mode) => {
      if (mode !== 'popup') throw unsupported(mode);
      let listener: LoopbackListener | undefined;
      return {
        redirectUri: async (wanted) => {
          const { openLoopbackListener } = await import('./loopback-listener.ts');
          listener = await openLoopbackListener(wanted);
          return listener.redirectUri;
        },
        present: async ({ url, state, timeoutMs }) => {
          if (!listener) throw unsupported(mode);
          const callback = listener.receive(state, timeoutMs);
          waiting.add(listener);
          try {
            const shown = show(url).then(() => callback);
            return { kind: 'callback', url: await Promise.race([callback, shown]) };
          } finally {
            waiting.delete(listener);
          }
        },
        abandon: () => {
          listener?.cancel();
          listener?.close();
        },
      };
    },
    cancel: async () => {
      for (const listener of waiting) listener.cancel();
    },
    logout: async ({ url }) => {
      await show(url);
      return { kind: 'left' };
    },
    defaultRedirectUri: () => undefined,
    defaultReturnTo: () => undefined,
  };
}

async function showPage(url: string, open: ((url: string) => Promise<void>) | undefined): Promise<void> {
  const openPage = open ?? (await import('./open-browser.ts')).openBrowser;
  try {
    await openPage(url);
  } catch (cause) {
    const message = `${(cause as Error).message} Sign in with auth.deviceAuthorization() instead.`;
    throw new AuthError('BrowserNotAvailable', message, { code: 'a0.browser_not_available', cause });
  }
}

const unsupported = (mode: string) =>
  new AuthError('InvalidConfiguration', `Node knows no mode "${mode}": logins open the system's browser.`, {
    code: 'a0.invalid_configuration',
  });
