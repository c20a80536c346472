import type { Random } from '../platform.ts';

let drawBytes: Random['bytes'] | undefined;

/** Where new keys come from. */
export function provideRandom(random: Random): void {
  drawBytes = random.bytes;
}

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  if (!drawBytes) throw new Error('There is no source of randomness.');
  return drawBytes(length);
}
