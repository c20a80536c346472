import { setFlagsFromString } from 'node:v8';

/**
 * For a process that is a tenant and nothing else; a program that embeds one decides for itself. V8 trades memory for
 * rarer collections: under load the space for new objects grows to 16 MB three times over, and the rest of the heap to a
 * multiple of what is in use. A tenant keeps little, so collections are cheap: with these it takes 120 MB after some
 * thousand renewals instead of 175.
 */
export function keepHeapSmall(): void {
  // The space for new objects stays as large as it starts.
  setFlagsFromString('--semi-space-growth-factor=1');
  // Collected again when the heap is half as large again as what was left of it the last time.
  setFlagsFromString('--heap-growing-percent=50');
}
