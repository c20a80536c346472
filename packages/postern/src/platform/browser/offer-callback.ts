import { channelName, keyOf, type Sealed } from './callback-channel.ts';

const ANSWER_MS = 1500;

/**
 * The callback page's half of the handover, loaded in a popup's callback page alone: broadcasts the sealed URL and tells
 * whether the page that began the login took it.
 */
export async function offerCallback(state: string, url: string): Promise<boolean> {
  const channel = new BroadcastChannel(await channelName(state));
  const message = await seal(state, url);
  return new Promise((resolve) => {
    const finish = (taken: boolean) => {
      clearTimeout(timer);
      channel.close();
      resolve(taken);
    };
    const timer = setTimeout(() => finish(false), ANSWER_MS);
    channel.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data === 'received') finish(true);
    };
    channel.postMessage(message);
  });
}

async function seal(state: string, url: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(state), new TextEncoder().encode(url));
  return { iv, data };
}
