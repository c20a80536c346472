import type { Channel } from './platform.ts';

export const silentChannel: Channel = {
  isSilent: true,
  post: () => undefined,
  listen: () => () => undefined,
  close: () => undefined,
};
