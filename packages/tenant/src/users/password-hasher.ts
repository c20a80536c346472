import { hash, type Options, verify } from '@node-rs/argon2';

export interface PasswordHasher {
  /** argon2id, off the event loop. */
  hash(password: string): Promise<string>;
  /**
   * With `hash` undefined (unknown user) it does the same work and answers false, so that both take the same time. A hash that
   * came by an import takes its own time, until it is replaced.
   */
  verify(hash: string | undefined, password: string): Promise<boolean>;
  /** Whether a hash is to be replaced by one of ours once the password is known to be right. */
  isOutdated(hash: string): boolean;
}

/** `owasp`: what a stolen database should have. `fast-for-tests` protects nothing: a hundred logins are to take no time. */
export type PasswordHashing = 'owasp' | 'fast-for-tests';

/** argon2id is 2 in the library's numbering. */
const parameters = {
  owasp: { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 },
  'fast-for-tests': { algorithm: 2, memoryCost: 8, timeCost: 1, parallelism: 1 },
} satisfies Record<PasswordHashing, Options>;

/** How a hash with these parameters begins. */
const beginnings = {
  owasp: '$argon2id$v=19$m=19456,t=2,p=1$',
  'fast-for-tests': '$argon2id$v=19$m=8,t=1,p=1$',
} as const;

/** Salt and hash of a random password nobody kept: verifying against it takes as long as a real one. */
const DUMMY = 'fWiPly2n8ocu40+iWZVGNA$KXRLM1Ck4+fJAZEYHWQiTVe6kjI4tvv9QQu8Sl1o5to';

export function createPasswordHasher(hashing: PasswordHashing = 'owasp'): PasswordHasher {
  const options = parameters[hashing];
  const ours = beginnings[hashing];
  return {
    hash: (password) => hash(password, options),
    async verify(stored, password) {
      if (stored !== undefined && !stored.startsWith('$argon2')) {
        // Few tenants have imported users; the others need not load this.
        const { verifyForeign } = await import('../import/foreign-hash.ts');
        return verifyForeign(stored, password);
      }
      const matches = await verify(stored ?? ours + DUMMY, password);
      return stored !== undefined && matches;
    },
    isOutdated: (stored) => !stored.startsWith(ours),
  };
}
