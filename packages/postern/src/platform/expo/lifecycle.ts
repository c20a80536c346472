import type { Clock, Lifecycle } from '../platform.ts';
import type { ModuleSource } from './modules.ts';

/** The system is asked for the URL that started the app; it answers at once, or something is wrong with it. */
const PATIENCE_MS = 3000;

/**
 * The app's own life. The URL it was opened with is the callback of a login where Android ended the app's process while the
 * browser was in front.
 */
export function createLifecycle(modules: ModuleSource, clock: Clock): Lifecycle {
  let url: string | undefined;
  /** Any app may open this one, by any text: what is no URL is nobody's callback. */
  const checked = (text: string | null | undefined) => (text && URL.canParse(text) ? text : undefined);
  let asking: Promise<void> | undefined;

  const ask = async () => {
    const initial = modules
      .find('react-native')
      ?.Linking.getInitialURL()
      .catch(() => null);
    const late = new Promise<null>((resolve) => clock.setTimeout(() => resolve(null), PATIENCE_MS));
    const first = checked(await Promise.race([initial, late]));
    // Another may have come meanwhile.
    url ??= first;
  };

  return {
    // React Native itself knows nothing of the network; a request finds out.
    isOnline: () => true,
    ready: () => {
      asking ??= ask();
      return asking;
    },
    onWake: (listener) => {
      const { AppState, Linking } = modules.need('react-native');
      let wasAway = AppState.currentState === 'background';
      const subscriptions = [
        AppState.addEventListener('change', (state) => {
          if (state === 'background') wasAway = true;
          if (state !== 'active' || !wasAway) return;
          wasAway = false;
          listener('visible');
        }),
        // A callback that nobody waits for (the app's script was loaded again meanwhile) is left for `resumeSession`.
        Linking.addEventListener('url', (event) => {
          url = checked(event.url) ?? url;
        }),
      ];
      return () => {
        for (const subscription of subscriptions.splice(0)) subscription.remove();
      };
    },
    currentUrl: () => url,
    replaceUrl: (next) => {
      url = next;
    },
  };
}
