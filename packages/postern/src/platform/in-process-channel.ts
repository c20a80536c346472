import type { Channel, ChannelMessage } from './platform.ts';

/** Who listens, by the channel's name. */
export type Listeners = Map<string, Set<(message: ChannelMessage, from: object) => void>>;

/** Tells the other clients of this process. */
export function openInProcessChannel(all: Listeners, name: string): Channel {
  const me = {};
  const listeners = all.get(name) ?? new Set();
  all.set(name, listeners);
  const mine = new Set<(message: ChannelMessage, from: object) => void>();
  return {
    // Later, as between real tabs: nobody is told of a change before whoever made it has gone on.
    post: (message) => {
      void Promise.resolve().then(() => {
        for (const listener of [...listeners]) listener(message, me);
      });
    },
    listen: (listener) => {
      const hear = (message: ChannelMessage, from: object) => {
        if (from !== me) listener(message);
      };
      listeners.add(hear);
      mine.add(hear);
      return () => {
        listeners.delete(hear);
      };
    },
    close: () => {
      for (const hear of mine) listeners.delete(hear);
    },
  };
}
