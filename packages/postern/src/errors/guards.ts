import { brandOf } from './auth-error.ts';
import type { CredentialsManagerError } from './credentials-manager-error.ts';
import type { DPoPError } from './dpop-error.ts';
import type { MfaError } from './mfa-error.ts';
import type { MyAccountError } from './my-account-error.ts';
import type { PasskeyError } from './passkey-error.ts';
import type { WebAuthError } from './web-auth-error.ts';

/** Guards that hold across two loaded copies of the package, where `instanceof` does not. */
export const isWebAuthError = (error: unknown): error is WebAuthError => brandOf(error) === 'WebAuthError';
/** Whether it is a {@link CredentialsManagerError}, whichever copy of the package made it. */
export const isCredentialsManagerError = (error: unknown): error is CredentialsManagerError =>
  brandOf(error) === 'CredentialsManagerError';
/** Whether it is a {@link DPoPError}, whichever copy of the package made it. */
export const isDPoPError = (error: unknown): error is DPoPError => brandOf(error) === 'DPoPError';
/** Whether it is an {@link MfaError}, whichever copy of the package made it. */
export const isMfaError = (error: unknown): error is MfaError => brandOf(error) === 'MfaError';
/** Whether it is a {@link PasskeyError}, whichever copy of the package made it. */
export const isPasskeyError = (error: unknown): error is PasskeyError => brandOf(error) === 'PasskeyError';
/** Whether it is a {@link MyAccountError}, whichever copy of the package made it. */
export const isMyAccountError = (error: unknown): error is MyAccountError => brandOf(error) === 'MyAccountError';
