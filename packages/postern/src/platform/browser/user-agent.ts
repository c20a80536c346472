import type { UserAgent } from '../platform.ts';
import { type OpenPopups, openPopup } from './popup.ts';
import { presentByRedirect } from './redirect.ts';
import { presentInIframe } from './silent-iframe.ts';

export function createUserAgent(): UserAgent {
  const popups: OpenPopups = new Set();
  return {
    modes: ['redirect', 'popup', 'silent'],
    prepare: (mode) => {
      switch (mode) {
        case 'redirect':
          return { present: presentByRedirect, abandon: () => undefined };
        case 'popup':
          return openPopup(popups);
        case 'silent':
          return { present: presentInIframe, abandon: () => undefined };
      }
    },
    cancel: async () => {
      for (const cancelPopup of popups) cancelPopup();
    },
    logout: async ({ url }) => {
      window.location.assign(url);
      return { kind: 'left' };
    },
    defaultRedirectUri: pageOrigin,
    defaultReturnTo: pageOrigin,
  };
}

function pageOrigin(): string | undefined {
  return typeof window === 'undefined' ? undefined : window.location.origin;
}
