import { hash, type Options, verify } from '@node-rs/argon2';

export interface PasswordHasher {
  /** argon2id, OWASP parameters, off the event loop. */
  hash(password: string): Promise<string>;
  /**
   * With `hash` undefined (unknown user) it does the same work and answers false, so that both take the same time. A hash that
   * came by an import takes its own time, until it is replaced.
   */
  verify(hash: string | undefined, password: string): Promise<boolean>;
  /** Whether a hash is to be replaced by one of ours once the password is known to be right. */
  isOutdated(hash: string): boolean;
}

/** OWASP's argon2id parameters; 2 is argon2id in the library's numbering. */
const options: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** How a hash with these parameters begins. */
const ours = '$argon2id$v=19$m=19456,t=2,p=1$';

/** Made once with the parameters above, from a random password nobody kept: verifying against it takes as long as a real one. */
const DUMMY_HASH = `${ours}fWiPly2n8ocu40+iWZVGNA$KXRLM1Ck4+fJAZEYHWQiTVe6kjI4tvv9QQu8Sl1o5to`;

export function createPasswordHasher(): PasswordHasher {
  return {
    hash: (password) => hash(password, options),
    async verify(stored, password) {
      if (stored !== undefined && !stored.startsWith('$argon2')) {
        // Few tenants have imported users; the others need not load this.
        const { verifyForeign } = await import('../import/foreign-hash.ts');
        return verifyForeign(stored, password);
      }
      const matches = await verify(stored ?? DUMMY_HASH, password);
      return stored !== undefined && matches;
    },
    isOutdated: (stored) => !stored.startsWith(ours),
  };
}
