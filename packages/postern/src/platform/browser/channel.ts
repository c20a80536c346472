import type { Channel, ChannelMessage } from '../platform.ts';
import { silentChannel } from '../silent-channel.ts';

/** Tells the other tabs of this origin. Where `BroadcastChannel` is absent, or refused as storage is, nobody is told. */
export function openChannel(name: string): Channel {
  if (typeof BroadcastChannel === 'undefined' || typeof window === 'undefined') return silentChannel;
  let channel: BroadcastChannel;
  try {
    channel = new BroadcastChannel(name);
  } catch {
    return silentChannel;
  }
  return {
    post: (message) => channel.postMessage(message),
    listen: (listener) => {
      const onMessage = (event: MessageEvent<ChannelMessage>) => listener(event.data);
      channel.addEventListener('message', onMessage);
      return () => channel.removeEventListener('message', onMessage);
    },
    close: () => channel.close(),
  };
}
