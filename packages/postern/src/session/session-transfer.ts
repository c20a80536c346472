import type { TokenAnswer } from '../http/tenant.ts';
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
