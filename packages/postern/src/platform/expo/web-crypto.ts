import type { Random } from '../platform.ts';

/** The part of WebCrypto that is used: by this package, and by oauth4webapi for the signatures of ID tokens. */
export interface WebCrypto {
  readonly subtle: Pick<SubtleCrypto, 'digest' | 'generateKey' | 'importKey' | 'exportKey' | 'sign' | 'verify'>;
}

let provided: WebCrypto | undefined;
let drawBytes: Random['bytes'] | undefined;

/** From now on, in the whole app, keys are made and used by the app's own WebCrypto; without one, by ours again. */
export function provideCrypto(crypto: WebCrypto | undefined): void {
  provided = crypto;
}

/** Where new keys come from. */
export function provideRandom(random: Random): void {
  drawBytes = random.bytes;
}

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  if (!drawBytes) throw new Error('There is no source of randomness.');
  return drawBytes(length);
}

type Subtle = WebCrypto['subtle'];

/** A key made before the app's own came (another client's, perhaps) stays with us. */
async function subtleFor(key?: unknown): Promise<Subtle> {
  if (provided && !(key instanceof Key)) return provided.subtle;
  const { subtle } = await import('./subtle.ts');
  return subtle as unknown as Subtle;
}

const call =
  <Name extends keyof Subtle>(name: Name, keyOf: (parameters: unknown[]) => unknown = () => undefined) =>
  async (...parameters: unknown[]): Promise<unknown> => {
    const subtle = await subtleFor(keyOf(parameters));
    return (subtle[name] as (...parameters: unknown[]) => Promise<unknown>).apply(subtle, parameters);
  };

export const webCrypto = {
  subtle: {
    digest: call('digest'),
    generateKey: call('generateKey'),
    importKey: call('importKey'),
    exportKey: call('exportKey', ([, key]) => key),
    sign: call('sign', ([, key]) => key),
    verify: call('verify', ([, key]) => key),
  },
} as unknown as WebCrypto;

/** What is known of a key; for `subtle.ts` alone. */
export const materials = new WeakMap<Key, Material>();

export type Material =
  | { readonly kind: 'ec'; readonly publicKey: Uint8Array; readonly secret?: Uint8Array }
  | { readonly kind: 'rsa'; readonly n: bigint; readonly e: bigint };

/** As a `CryptoKey`: it says what it is for, and shows nothing of its bytes. */
export class Key {
  readonly #facts: Pick<CryptoKey, 'type' | 'extractable' | 'algorithm' | 'usages'>;

  constructor(facts: Pick<CryptoKey, 'type' | 'extractable' | 'algorithm' | 'usages'>, material: Material) {
    this.#facts = facts;
    materials.set(this, material);
  }

  get type() {
    return this.#facts.type;
  }

  get extractable() {
    return this.#facts.extractable;
  }

  get algorithm() {
    return this.#facts.algorithm;
  }

  get usages() {
    return this.#facts.usages;
  }
}
