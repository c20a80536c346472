import type { Lifecycle } from '../platform.ts';
import { handOverCallback } from './callback-handover.ts';

export function createLifecycle(): Lifecycle {
  return {
    isOnline: () => typeof navigator === 'undefined' || navigator.onLine !== false,
    onWake: (listener) => {
      if (typeof window === 'undefined') return () => undefined;
      const onOnline = () => listener('online');
      const onVisible = () => {
        if (document.visibilityState === 'visible') listener('visible');
      };
      // A page from the back-forward cache goes on where it stopped, with what it knew then.
      const onPageShow = (event: PageTransitionEvent) => {
        if (event.persisted) listener('restored');
      };
      window.addEventListener('online', onOnline);
      document.addEventListener('visibilitychange', onVisible);
      window.addEventListener('pageshow', onPageShow);
      return () => {
        window.removeEventListener('online', onOnline);
        document.removeEventListener('visibilitychange', onVisible);
        window.removeEventListener('pageshow', onPageShow);
      };
    },
    currentUrl: () => (typeof window === 'undefined' ? undefined : window.location.href),
    // `history.state` belongs to the app's router and stays.
    replaceUrl: (url) => window.history.replaceState(window.history.state, '', url),
    handOver: handOverCallback,
  };
}
