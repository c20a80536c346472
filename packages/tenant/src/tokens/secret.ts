import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A value nobody can guess: 256 bits, base64url. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored in place of a secret, so that a copy of the database opens nothing. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Compares without telling, by the time it takes, how much of the value was right. */
export function isSameSecret(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest());
}
