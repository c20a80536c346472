import { loadPart } from '../../errors/load-part.ts';
import type { PreparedUserAgent, UserAgent } from '../platform.ts';
import { type OpenPopups, openPopup } from './popup.ts';
import { leaveByLogout, presentByRedirect } from './redirect.ts';

export function createUserAgent(): UserAgent {
  const popups: OpenPopups = new Set();
  let leaving: Promise<void> | undefined;
  return {
    modes: ['redirect', 'popup', 'silent'],
    prepare: (mode) => {
      switch (mode) {
        case 'redirect':
          return {
            present: async (request) => {
              // An app that asks everybody to sign in does so on the way out, too: that would call the sign-out off.
              await leaving;
              return presentByRedirect(request);
            },
            abandon: () => undefined,
          };
        case 'popup':
          return openPopup(popups);
        case 'silent':
          return prepareIframe();
      }
    },
    cancel: async () => {
      for (const cancelPopup of popups) cancelPopup();
    },
    logout: async ({ url }) => {
      leaving = leaveByLogout(url);
      return { kind: 'left' };
    },
    defaultRedirectUri: pageOrigin,
    defaultReturnTo: pageOrigin,
  };
}

/** Loaded while the login is being prepared: most pages never need it. */
function prepareIframe(): PreparedUserAgent {
  const loading = loadPart(import('./silent-iframe.ts'));
  // Should the login fail before it is needed, nobody waits for it.
  loading.catch(() => undefined);
  return {
    present: async (request) => (await loading).presentInIframe(request),
    abandon: () => undefined,
  };
}

function pageOrigin(): string | undefined {
  return typeof window === 'undefined' ? undefined : window.location.origin;
}
