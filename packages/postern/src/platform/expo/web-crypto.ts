export const crypto = globalThis.crypto;
export const CryptoKey = globalThis.CryptoKey;
