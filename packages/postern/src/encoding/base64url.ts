const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function encodeBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let j = 0; j < 4 && i + j <= bytes.length; j++) text += alphabet[(group >> (18 - 6 * j)) & 63];
  }
  return text;
}

/**
 * Base64url (or base64, padded or not) to the text whose UTF-8 it is. Neither `atob`, which yields bytes and not text, nor
 * `TextDecoder` is there on every engine; `decodeURIComponent` is, and knows UTF-8.
 */
export function decodeBase64UrlText(encoded: string): string {
  let escaped = '';
  let buffer = 0;
  let bits = 0;
  for (const character of encoded.replace(/=+$/, '')) {
    const value = alphabet.indexOf(character === '+' ? '-' : character === '/' ? '_' : character);
    if (value < 0) throw new SyntaxError('Not base64url.');
    buffer = ((buffer << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      escaped += `%${((buffer >> bits) & 255).toString(16).padStart(2, '0')}`;
    }
  }
  return decodeURIComponent(escaped);
}
