import { AuthError, isAuthError } from '../errors/auth-error.ts';
import { DPoPError } from '../errors/dpop-error.ts';
import type { DPoPHeadersParams } from '../types/dpop.ts';
import type { KeyBinding } from './key-binding.ts';

/** What an app sends to an API along with a token (wire reference section 41). */
export async function makeDPoPHeaders(
  binding: KeyBinding,
  parameters: DPoPHeadersParams,
): Promise<Record<string, string>> {
  const missing = (['url', 'method', 'accessToken', 'tokenType'] as const).filter((name) => !parameters?.[name]);
  const { url, accessToken, tokenType } = parameters ?? {};
  if (missing.length > 0 || !URL.canParse(url))
    throw new DPoPError(
      new AuthError('DPoPError', `Give ${missing.join(', ') || 'a whole URL as url'}.`, {
        code: 'DPOP_MISSING_PARAMETER',
      }),
    );
  if (tokenType.toLowerCase() !== 'dpop') return { Authorization: `Bearer ${accessToken}` };
  try {
    return { Authorization: `DPoP ${accessToken}`, DPoP: await binding.prove(parameters) };
  } catch (error) {
    throw isAuthError(error) ? new DPoPError(error) : error;
  }
}
