/** What is known of a key; for the code that signs and verifies alone. */
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
