/**
 * What React Native's engine lacks, for this package alone: in its build for React Native these names are put in the place of
 * the globals (tsdown.react-native.config.ts), the ones within oauth4webapi included. No global of the app is set or changed.
 */

import { encodeBase64Url } from '../../encoding/base64url.ts';
import { decodeBase64Url } from './base64url-bytes.ts';

// Expo brings a whole URL, URLSearchParams and TextDecoder. Its Metro configuration has loaded them already; another has not.
try {
  require('expo');
} catch {
  // A bare app: see `checkEngine`.
}

export { Key as CryptoKey } from './crypto-key.ts';
export { webCrypto as crypto } from './web-crypto.ts';

/** UTF-8 alone. React Native 0.86's engine has none; `decodeURIComponent` knows UTF-8 everywhere. */
export class Utf8Decoder {
  decode(input: ArrayBuffer | ArrayBufferView): string {
    const bytes =
      input instanceof ArrayBuffer
        ? new Uint8Array(input)
        : new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  }
}

export const TextDecoder = (globalThis.TextDecoder ?? Utf8Decoder) as typeof globalThis.TextDecoder;

/** As for `decodeBase64Url`, and padded: older engines have none. */
export const decodeBinary = (encoded: string): string =>
  String.fromCharCode(...decodeBase64Url(encoded.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')));

export const encodeBinary = (binary: string): string => {
  const encoded = encodeBase64Url(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  return encoded
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .padEnd(Math.ceil(encoded.length / 4) * 4, '=');
};

export const atob: typeof globalThis.atob = globalThis.atob ?? decodeBinary;
export const btoa: typeof globalThis.btoa = globalThis.btoa ?? encodeBinary;
