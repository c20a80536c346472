import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A WebAuthn authenticator without hardware: ES256, resident keys, and every lie a test needs. */

export interface CreationParams {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
}

export interface RequestParams {
  readonly challenge: string;
  readonly rpId: string;
}

/** What is not as it should be. */
export interface Lies {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** Of the client data: webauthn.create or webauthn.get. */
  readonly type?: string;
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
  readonly counter?: number;
  /** null: none. */
  readonly userHandle?: string | null;
  /** The page was in a frame of another origin. */
  readonly crossOrigin?: boolean;
  /** Signs with another key than that of the credential. */
  readonly forged?: boolean;
  /** COSE number that the key pretends to be of. */
  readonly algorithm?: number;
}

export interface Credential {
  readonly id: string;
  readonly userHandle: string;
  readonly key: KeyObject;
  counter: number;
}

export interface SoftAuthenticator {
  readonly credentials: Credential[];
  create(options: CreationParams, lies?: Lies): Record<string, unknown>;
  get(options: RequestParams, lies?: Lies & { credential?: Credential }): Record<string, unknown>;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const b64 = (data: Buffer) => data.toString('base64url');

/**
 * @param origin of the page it is used on
 * @param options.counts whether it counts its signatures
 * @param options.packed whether new credentials come with a self attestation
 */
export function createSoftAuthenticator(
  origin: string,
  { counts = true, packed = false }: { counts?: boolean; packed?: boolean } = {},
): SoftAuthenticator {
  const credentials: Credential[] = [];

  const clientData = (type: string, challenge: string, lies: Lies) =>
    Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? origin,
        crossOrigin: lies.crossOrigin ?? false,
      }),
    );
  const flagsOf = ({ userPresent = true, userVerified = true }: Lies, more = 0) =>
    (userPresent ? 0x01 : 0) | (userVerified ? 0x04 : 0) | 0x08 | 0x10 | more;
  const head = (rpId: string, flags: number, counter: number) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count]);
  };
  const signWith = (key: KeyObject, data: Buffer, forged = false) =>
    sign('sha256', data, forged ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : key);

  return {
    credentials,
    create({ challenge, rp, user }, lies = {}) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const id = randomBytes(16);
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
      const cose = new Map<number, number | Buffer>([
        [1, 2],
        [3, lies.algorithm ?? -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const counter = lies.counter ?? 0;
      const authData = Buffer.concat([
        head(lies.rpId ?? rp.id, flagsOf(lies, 0x40), counter),
        Buffer.alloc(16),
        length,
        id,
        encode(cose),
      ]);
      const clientDataJSON = clientData('webauthn.create', challenge, lies);
      const signature = signWith(privateKey, Buffer.concat([authData, sha256(clientDataJSON)]), lies.forged);
      const attestationObject = encode(
        new Map<string, unknown>([
          ['fmt', packed ? 'packed' : 'none'],
          [
            'attStmt',
            packed
              ? new Map<string, unknown>([
                  ['alg', -7],
                  ['sig', signature],
                ])
              : new Map(),
          ],
          ['authData', authData],
        ]),
      );
      credentials.push({ id: b64(id), userHandle: user.id, key: privateKey, counter });
      return {
        id: b64(id),
        rawId: b64(id),
        type: 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: b64(clientDataJSON),
          attestationObject: b64(attestationObject),
          transports: ['internal'],
        },
      };
    },
    get({ challenge, rpId }, lies = {}) {
      const credential = lies.credential ?? credentials.at(-1);
      if (credential === undefined) throw new Error('The authenticator has no credential.');
      if (counts) credential.counter += 1;
      const authenticatorData = head(lies.rpId ?? rpId, flagsOf(lies), lies.counter ?? credential.counter);
      const clientDataJSON = clientData('webauthn.get', challenge, lies);
      const signature = signWith(
        credential.key,
        Buffer.concat([authenticatorData, sha256(clientDataJSON)]),
        lies.forged,
      );
      return {
        id: credential.id,
        rawId: credential.id,
        type: 'public-key',
        authenticatorAttachment: 'platform',
        response: {
          clientDataJSON: b64(clientDataJSON),
          authenticatorData: b64(authenticatorData),
          signature: b64(signature),
          ...(lies.userHandle === null ? {} : { userHandle: lies.userHandle ?? credential.userHandle }),
        },
      };
    },
  };
}

/** As much of CBOR (RFC 8949) as attestations need: integers, byte and text strings, maps. */
function encode(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([cborHead(3, text.length), text]);
  }
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value]);
  if (value instanceof Map) {
    return Buffer.concat([cborHead(5, value.size), ...[...value].flatMap(([key, one]) => [encode(key), encode(one)])]);
  }
  throw new TypeError('This value has no CBOR here.');
}

function cborHead(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 0xff]);
}
