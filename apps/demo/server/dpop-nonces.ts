import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Values that this server has a proof repeat, so that none can be made for later (RFC 9449 section 9). */
export interface Nonces {
  current(): string;
  isGood(nonce: string): boolean;
}

const windowMs = 300_000;

/** Nothing is stored: a keyed hash over five minutes. The window's own and the one before are good. */
export function createNonces(now: () => number = Date.now): Nonces {
  const key = randomBytes(32);
  const nonceOf = (windowsAgo: number) =>
    createHmac('sha256', key)
      .update(String(Math.floor(now() / windowMs) - windowsAgo))
      .digest();
  return {
    current: () => nonceOf(0).toString('base64url'),
    isGood(nonce) {
      const given = Buffer.from(nonce, 'base64url');
      return [0, 1].some((windowsAgo) => {
        const good = nonceOf(windowsAgo);
        return given.length === good.length && timingSafeEqual(given, good);
      });
    },
  };
}
