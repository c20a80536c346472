import { createHash, createHmac, getHashes, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';

/**
 * Passwords hashed by somebody else, in the form of Auth0's `custom_password_hash`. They are verified as they are and replaced by
 * argon2id at the first login, so nothing here makes new ones.
 */

const encoding = z.enum(['base64', 'hex', 'utf8']);
const text = z.string().min(1);

const saltSchema = z.strictObject({
  value: text,
  encoding: encoding.default('utf8'),
  position: z.enum(['prefix', 'suffix']).default('prefix'),
});
const passwordSchema = z.strictObject({
  encoding: z.enum(['ascii', 'utf8', 'utf16le', 'ucs2', 'latin1', 'binary']).default('utf8'),
});
const binaryHash = z.strictObject({ value: text, encoding: z.enum(['base64', 'hex']) });
const textHash = z.strictObject({ value: text, encoding: encoding.default('utf8') });

const plainDigests = ['md5', 'sha1', 'sha256', 'sha512'] as const;

export const customHashSchema = z.discriminatedUnion('algorithm', [
  z.strictObject({ algorithm: z.literal('bcrypt'), hash: textHash, password: passwordSchema.optional() }),
  z.strictObject({ algorithm: z.literal('argon2'), hash: textHash, password: passwordSchema.optional() }),
  z.strictObject({ algorithm: z.literal('pbkdf2'), hash: textHash, password: passwordSchema.prefault({}) }),
  z.strictObject({ algorithm: z.literal('ldap'), hash: textHash, password: passwordSchema.prefault({}) }),
  z.strictObject({
    algorithm: z.literal('scrypt'),
    hash: binaryHash,
    salt: saltSchema.omit({ position: true }),
    keylen: z.number().int().min(1).max(1_024),
    cost: z.number().int().min(2).max(1_048_576).default(16_384),
    blockSize: z.number().int().min(1).max(64).default(8),
    parallelization: z.number().int().min(1).max(64).default(1),
    password: passwordSchema.prefault({}),
  }),
  z.strictObject({
    algorithm: z.literal('hmac'),
    hash: z.strictObject({
      value: text,
      encoding: z.enum(['base64', 'hex']),
      digest: text,
      key: z.strictObject({ value: text, encoding: encoding.default('utf8') }),
    }),
    salt: saltSchema.optional(),
    password: passwordSchema.prefault({}),
  }),
  ...[...plainDigests, 'md4' as const].map((algorithm) =>
    z.strictObject({
      algorithm: z.literal(algorithm),
      hash: binaryHash,
      salt: saltSchema.optional(),
      password: passwordSchema.prefault({}),
    }),
  ),
]);

export type CustomHash = z.output<typeof customHashSchema>;

const marker = '$imported$';

export type Accepted =
  | { readonly kind: 'ok'; readonly stored: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** The hash as it is stored with a user, or why nobody could ever log in with it. */
export function acceptHash(hash: CustomHash): Accepted {
  const refused = (reason: string): Accepted => ({ kind: 'refused', reason });
  const stored = `${marker}${JSON.stringify(hash)}`;
  switch (hash.algorithm) {
    case 'bcrypt': {
      const isUtf8 = (hash.password?.encoding ?? 'utf8') === 'utf8';
      if (!isUtf8) return refused('bcrypt of a password that is not utf8 cannot be verified');
      return isBcrypt(hash.hash.value)
        ? { kind: 'ok', stored: hash.hash.value }
        : refused('is no bcrypt hash: $2a$, $2b$ or $2y$, a cost of 4 to 15, and 53 characters');
    }
    case 'argon2':
      if ((hash.password?.encoding ?? 'utf8') !== 'utf8')
        return refused('argon2 of a password that is not utf8 cannot be verified');
      return /^\$argon2(id|i|d)\$(v=19\$)?m=\d{1,7},t=\d{1,3},p=\d{1,3}(,[^$]*)?\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/.test(
        hash.hash.value,
      )
        ? { kind: 'ok', stored: hash.hash.value }
        : refused('is no argon2 hash in PHC form, as in $argon2id$v=19$m=19456,t=2,p=1$salt$hash');
    case 'pbkdf2':
      return parsePbkdf2(hash.hash.value) === undefined
        ? refused('is no pbkdf2 hash in PHC form, as in $pbkdf2-sha256$i=100000,l=32$salt$hash, with a known digest')
        : { kind: 'ok', stored };
    case 'ldap':
      return parseLdap(hash.hash.value) === undefined
        ? refused(
            `is none of the LDAP forms that are verified: ${Object.keys(ldapDigests)
              .map((name) => `{${name}}`)
              .join(', ')}`,
          )
        : { kind: 'ok', stored };
    case 'scrypt':
      if (!Number.isInteger(Math.log2(hash.cost))) return refused('the cost of scrypt must be a power of two');
      return { kind: 'ok', stored };
    case 'hmac':
      return isKnownDigest(hash.hash.digest)
        ? { kind: 'ok', stored }
        : refused(
            `this Node has no digest ${hash.hash.digest}; known ones include md5, sha1, sha256, sha384 and sha512`,
          );
    case 'md4':
      return refused('md4 is in no current crypto library, so it cannot be verified');
    default:
      return { kind: 'ok', stored };
  }
}

export function isBcrypt(hash: string): boolean {
  return /^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/.test(hash);
}

/** Off the event loop where it is meant to be slow. */
export async function verifyForeign(stored: string, password: string): Promise<boolean> {
  if (stored.startsWith('$2')) {
    const { verify } = await import('@node-rs/bcrypt');
    return verify(password, stored);
  }
  const hash = JSON.parse(stored.slice(marker.length)) as Exclude<
    CustomHash,
    { algorithm: 'bcrypt' | 'argon2' | 'md4' }
  >;
  const bytes = Buffer.from(password, hash.password.encoding);
  switch (hash.algorithm) {
    case 'pbkdf2': {
      const parsed = parsePbkdf2(hash.hash.value);
      if (parsed === undefined) return false;
      const { digest, iterations, salt, expected } = parsed;
      return isSame(await promisify(pbkdf2)(bytes, salt, iterations, expected.length, digest), expected);
    }
    case 'ldap': {
      const parsed = parseLdap(hash.hash.value);
      if (parsed === undefined) return false;
      return isSame(createHash(parsed.digest).update(bytes).update(parsed.salt).digest(), parsed.expected);
    }
    case 'scrypt': {
      const { cost, blockSize, parallelization, keylen, salt } = hash;
      const options = { cost, blockSize, parallelization, maxmem: 256 * cost * blockSize + 1_048_576 };
      const derived = await new Promise<Buffer>((resolve, reject) => {
        scrypt(bytes, Buffer.from(salt.value, salt.encoding), keylen, options, (error, key) =>
          error === null ? resolve(key) : reject(error),
        );
      });
      return isSame(derived, decode(hash.hash));
    }
    case 'hmac': {
      const { digest, key } = hash.hash;
      const hmac = createHmac(digest, Buffer.from(key.value, key.encoding));
      return isSame(hmac.update(withSalt(bytes, hash.salt)).digest(), decode(hash.hash));
    }
    default:
      return isSame(createHash(hash.algorithm).update(withSalt(bytes, hash.salt)).digest(), decode(hash.hash));
  }
}

function withSalt(password: Buffer, salt: z.output<typeof saltSchema> | undefined): Buffer {
  if (salt === undefined) return password;
  const bytes = Buffer.from(salt.value, salt.encoding);
  return Buffer.concat(salt.position === 'prefix' ? [bytes, password] : [password, bytes]);
}

function decode({ value, encoding: form }: { value: string; encoding: 'base64' | 'hex' }): Buffer {
  return Buffer.from(value, form);
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function isKnownDigest(name: string): boolean {
  return getHashes().includes(name.toLowerCase());
}

/** `$pbkdf2-<digest>$i=<iterations>,l=<length>$<salt>$<hash>`, base64 without padding (PHC). */
function parsePbkdf2(hash: string) {
  const [, digest = '', iterations, length, salt = '', value = ''] =
    /^\$pbkdf2-([a-z0-9-]+)\$i=(\d{1,8})(?:,l=(\d{1,4}))?\$([A-Za-z0-9+/]+)={0,2}\$([A-Za-z0-9+/]+)={0,2}$/.exec(
      hash,
    ) ?? [];
  const expected = Buffer.from(value, 'base64');
  const isGood =
    expected.length > 0 && Number(iterations) > 0 && (length === undefined || Number(length) === expected.length);
  if (!isGood || !isKnownDigest(digest)) return undefined;
  return { digest, iterations: Number(iterations), salt: Buffer.from(salt, 'base64'), expected };
}

/** RFC 2307 `userPassword`: the digest, and after it the salt of the salted schemes. */
const ldapDigests: Readonly<Record<string, { digest: string; bytes: number; salted: boolean }>> = {
  MD5: { digest: 'md5', bytes: 16, salted: false },
  SMD5: { digest: 'md5', bytes: 16, salted: true },
  SHA: { digest: 'sha1', bytes: 20, salted: false },
  SSHA: { digest: 'sha1', bytes: 20, salted: true },
  SHA256: { digest: 'sha256', bytes: 32, salted: false },
  SSHA256: { digest: 'sha256', bytes: 32, salted: true },
  SHA512: { digest: 'sha512', bytes: 64, salted: false },
  SSHA512: { digest: 'sha512', bytes: 64, salted: true },
};

function parseLdap(hash: string) {
  const [, scheme = '', value = ''] = /^\{([A-Za-z0-9]+)\}([A-Za-z0-9+/]+={0,2})$/.exec(hash) ?? [];
  const known = Object.hasOwn(ldapDigests, scheme.toUpperCase()) ? ldapDigests[scheme.toUpperCase()] : undefined;
  const bytes = Buffer.from(value, 'base64');
  if (known === undefined || (known.salted ? bytes.length <= known.bytes : bytes.length !== known.bytes))
    return undefined;
  return { digest: known.digest, expected: bytes.subarray(0, known.bytes), salt: bytes.subarray(known.bytes) };
}
