import { AuthError } from '../errors/auth-error.ts';
import type { TokenAnswer } from '../http/tenant.ts';
import type { Platform } from '../platform/platform.ts';
import { sessionTransferAudience, toSessionTransfer } from '../protocol/session-transfer.ts';
import type { SessionTransferCredentials } from '../types/index.ts';
import type { HeldSession } from './credential-store.ts';
import type { Renewal } from './renewal.ts';

/** Exchanges the stored refresh token for a session transfer token; the new refresh token and ID token are stored. */
export async function getSessionTransfer(
  renewal: Renewal,
  held: HeldSession,
  domain: string,
  parameters: object,
  headers: Readonly<Record<string, string>> | undefined,
): Promise<{ held: HeldSession; transfer: SessionTransferCredentials }> {
  const asked = { ...parameters, audience: sessionTransferAudience(domain) };
  const exchanged: { held: HeldSession; answer: TokenAnswer } = await renewal.exchange(held, asked, headers);
  return { held: exchanged.held, transfer: toSessionTransfer(exchanged.answer) };
}

/** A browser has no session of its own to hand on. */
export function requireTransfers({ canTransferSession }: Pick<Platform, 'canTransferSession'>): void {
  if (canTransferSession) return;
  const message = 'Sessions are transferred to the web, not from it: use this in a native app or Node.';
  throw new AuthError('UnsupportedOperation', message, { code: 'unsupported_operation' });
}
