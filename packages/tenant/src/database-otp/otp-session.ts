import { randomInt } from 'node:crypto';
import type { TenantContext } from '../context.ts';
import { maxTries } from '../passwordless/codes.ts';
import { createSecret, hashSecret, isSameSecret } from '../tokens/secret.ts';

/** What a challenge was asked for. Nothing in it says whether somebody has the address. */
export interface OtpSession extends Record<string, unknown> {
  readonly clientId: string;
  readonly connection: string;
  /** E-mail address or phone number. */
  readonly identifier: string;
  readonly channel: 'email' | 'sms' | 'voice';
  readonly allowSignup: boolean;
  /** Only for the login on the pages that it was asked for in; hashed. Without it, only for the API. */
  readonly transaction?: string | undefined;
}

/** Who an auth_session is for: a client, or one login of it on the pages. */
export type OtpPlace = Pick<OtpSession, 'clientId' | 'transaction'>;

interface Stored extends OtpSession {
  /** Hash of the code together with the auth_session, which is not stored: six digits cannot be found from it. */
  readonly codeHash: string;
}

const kind = 'otp_session';
const digits = 6;

/**
 * A new auth_session and its code. For an address nobody has, it is made all the same and its code goes to nobody: it takes
 * the same guesses and ends the same way. Every older one of that address becomes worthless (T32).
 */
export async function createOtpSession(
  tenant: TenantContext,
  session: OtpSession,
  authSession = createSecret(),
): Promise<{ authSession: string; code: string }> {
  const { clientId, connection, identifier } = session;
  const code = tenant.fixedCodes.find(identifier) ?? String(randomInt(10 ** digits)).padStart(digits, '0');
  const subject = JSON.stringify([clientId, connection, identifier.toLowerCase()]);
  const now = tenant.clock.now();
  const expiresAt = now + tenant.registry.config.lifetimes.passwordlessCode * 1000;
  const data: Stored = { ...session, codeHash: hashCode(authSession, code) };
  await tenant.store.transaction(async (store) => {
    await store.artifacts.consumeForSubject(kind, subject, now);
    await store.artifacts.insert({ kind, hash: hashSecret(authSession), subject, data, createdAt: now, expiresAt });
  });
  return { authSession, code };
}

/** The session, for exactly one caller and only with its code; else why not, in a sentence for the event log. */
export async function spendOtpSession(
  tenant: TenantContext,
  { clientId, transaction }: OtpPlace,
  authSession: string,
  otp: string,
): Promise<{ session: OtpSession } | { problem: string }> {
  const { artifacts } = tenant.store;
  const hash = hashSecret(authSession);
  const found = await artifacts.get<Stored>(kind, hash);
  if (found === undefined) return { problem: 'The auth_session is unknown to this tenant.' };
  const { codeHash, ...session } = found.data;
  if (session.clientId !== clientId) {
    return { problem: `The auth_session was given to client ${session.clientId}, but client ${clientId} sent it.` };
  }
  if (session.transaction !== transaction) return { problem: 'The auth_session belongs to another login.' };
  const now = tenant.clock.now();
  if (found.consumedAt !== undefined) {
    return { problem: 'The auth_session was used before, was ended by wrong codes, or a newer one replaced it.' };
  }
  if (found.expiresAt <= now) {
    const { passwordlessCode: life } = tenant.registry.config.lifetimes;
    return { problem: `The auth_session has expired; it lives for ${life} s.` };
  }
  // Counted before it is compared: guesses sent all at once cannot slip in together.
  const tries = await artifacts.countAttempt(kind, hash);
  const isRight = tries <= maxTries && isSameSecret(codeHash, hashCode(authSession, otp.replaceAll(' ', '')));
  if (!isRight) {
    if (tries >= maxTries) await artifacts.consume(kind, hash, now);
    return { problem: `${Math.min(tries, maxTries)} of ${maxTries} wrong codes for the auth_session.` };
  }
  if ((await artifacts.consume(kind, hash, now)) !== undefined) return { session };
  return { problem: 'Another call used the auth_session first; it works once.' };
}

function hashCode(authSession: string, code: string): string {
  return hashSecret(`${authSession}\n${code}`);
}
