import { names } from './codes.ts';

/** `error.type` of a {@link DPoPError}. */
export const DPoPErrorCodes = /* @__PURE__ */ names(
  'DPOP_GENERATION_FAILED',
  'DPOP_PROOF_FAILED',
  'DPOP_KEY_GENERATION_FAILED',
  'DPOP_KEY_STORAGE_FAILED',
  'DPOP_KEY_RETRIEVAL_FAILED',
  'DPOP_NONCE_MISMATCH',
  'DPOP_INVALID_TOKEN_TYPE',
  'DPOP_MISSING_PARAMETER',
  'DPOP_CLEAR_KEY_FAILED',
  'UNKNOWN_DPOP_ERROR',
);
/** What `type` of a {@link DPoPError} may be. */
export type DPoPErrorType = keyof typeof DPoPErrorCodes;

export const dpopTypes: Readonly<Record<string, DPoPErrorType>> = {
  dpop_generation_failed: 'DPOP_GENERATION_FAILED',
  dpop_proof_failed: 'DPOP_PROOF_FAILED',
  dpop_key_error: 'DPOP_KEY_RETRIEVAL_FAILED',
  DPOP_KEY_NOT_FOUND: 'DPOP_KEY_RETRIEVAL_FAILED',
  DPOP_KEY_MISSING: 'DPOP_KEY_RETRIEVAL_FAILED',
  DPOP_KEY_MISMATCH: 'DPOP_KEY_RETRIEVAL_FAILED',
  DPOP_KEYCHAIN_ERROR: 'DPOP_KEY_STORAGE_FAILED',
  DPOP_KEYSTORE_ERROR: 'DPOP_KEY_STORAGE_FAILED',
  DPOP_CRYPTO_ERROR: 'DPOP_KEY_GENERATION_FAILED',
};
