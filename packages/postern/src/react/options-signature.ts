import type { Auth0Options } from '../types/index.ts';

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

/** Equal for options that say the same, whatever their order; a `platform` is the same only if it is the same object. */
export function signatureOf({ platform, ...options }: Auth0Options): string {
  return JSON.stringify([sorted(options), platform === undefined ? 0 : identityOf(platform)]);
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort()
    .map(([key, entry]) => [key, sorted(entry)]);
}

function identityOf(object: object): number {
  const known = identities.get(object);
  if (known !== undefined) return known;
  identities.set(object, nextIdentity);
  return nextIdentity++;
}
