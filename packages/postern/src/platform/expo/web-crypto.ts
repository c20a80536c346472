import { Key } from './crypto-key.ts';

/** The part of WebCrypto that is used: by this package, and by oauth4webapi for the signatures of ID tokens. */
export interface WebCrypto {
  readonly subtle: Pick<SubtleCrypto, 'digest' | 'generateKey' | 'importKey' | 'exportKey' | 'sign' | 'verify'>;
}

let provided: WebCrypto | undefined;

/** From now on, in the whole app, keys are made and used by the app's own WebCrypto; without one, by ours again. */
export function provideCrypto(crypto: WebCrypto | undefined): void {
  provided = crypto;
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
