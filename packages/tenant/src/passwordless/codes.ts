import { randomInt } from 'node:crypto';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { createSecret, isSameSecret } from '../tokens/secret.ts';

/** Whom a code is for. A code of one client, connection or address is worthless for another (T32). */
export interface Recipient {
  readonly clientId: string;
  readonly connection: ConnectionConfig;
  /** E-mail address or phone number. */
  readonly identifier: string;
}

export interface CodeData extends Record<string, unknown> {
  /** Keyed hash: six digits could be found from a plain one in no time. */
  readonly codeMac: string;
  /** What the app asked for, for the end of a link. */
  readonly authParams: Readonly<Record<string, string>>;
  /** The login on the hosted pages that a link belongs to. */
  readonly interactionId?: string | undefined;
  /** Ended by wrong tries. */
  readonly killed?: boolean | undefined;
  /** How often a right code was looked at without being spent: those were no guesses. */
  readonly looks?: number | undefined;
}

const kind = 'passwordless_code';
const digits = 6;
/** Wrong tries that kill a code. */
export const maxTries = 3;

/** A new code of six digits, or for a link one that is not for typing. Every older one becomes worthless. */
export async function createCode(
  tenant: TenantContext,
  recipient: Recipient,
  what: { readonly form: 'digits' | 'link' } & Pick<CodeData, 'authParams' | 'interactionId'>,
): Promise<string> {
  const { form, ...rest } = what;
  const fixed = tenant.fixedCodes.find(recipient.identifier);
  const code = form === 'link' ? createSecret() : (fixed ?? String(randomInt(10 ** digits)).padStart(digits, '0'));
  const hash = createSecret();
  const now = tenant.clock.now();
  const subject = subjectOf(recipient);
  const data: CodeData = { ...rest, codeMac: await macOf(tenant, hash, code) };
  await tenant.store.transaction(async (store) => {
    await store.artifacts.consumeForSubject(kind, subject, now);
    const expiresAt = now + tenant.registry.config.lifetimes.passwordlessCode * 1000;
    await store.artifacts.insert({ kind, hash, subject, data, createdAt: now, expiresAt });
  });
  return code;
}

export type CodeCheck = { readonly kind: 'ok'; readonly data: CodeData } | CodeRefusal;

export interface CodeRefusal {
  readonly kind: 'wrong' | 'too_many_tries';
  readonly explanation: string;
}

/** Checks a code and spends it: a right one is `ok` for exactly one caller. */
export async function spendCode(tenant: TenantContext, recipient: Recipient, code: string): Promise<CodeCheck> {
  const found = await compareCode(tenant, recipient, code);
  if (found.kind !== 'ok') return found;
  const spent = await tenant.store.artifacts.consume<CodeData>(kind, found.hash, tenant.clock.now());
  if (spent !== undefined) return { kind: 'ok', data: spent.data };
  return { kind: 'wrong', explanation: `Another call used it first: ${aboutCode(recipient)} works once.` };
}

/** Checks a code and leaves it to be spent. A wrong one counts as a try all the same. */
export async function lookAtCode(tenant: TenantContext, recipient: Recipient, code: string): Promise<CodeCheck> {
  const found = await compareCode(tenant, recipient, code);
  if (found.kind === 'ok') await tenant.store.artifacts.patch(kind, found.hash, { looks: (found.data.looks ?? 0) + 1 });
  return found;
}

async function compareCode(
  tenant: TenantContext,
  recipient: Recipient,
  code: string,
): Promise<{ kind: 'ok'; data: CodeData; hash: string } | CodeRefusal> {
  const { artifacts } = tenant.store;
  const about = aboutCode(recipient);
  const latest = await artifacts.latestForSubject<CodeData>(kind, subjectOf(recipient));
  if (latest === undefined) {
    return { kind: 'wrong', explanation: `No code was asked for there: ${about} does not exist.` };
  }
  const { hash, data } = latest;
  if (latest.consumedAt !== undefined) {
    return data.killed === true
      ? tooManyTries(about)
      : { kind: 'wrong', explanation: `The newest code was used before: ${about} works once.` };
  }
  const now = tenant.clock.now();
  if (latest.expiresAt <= now) {
    const { passwordlessCode: life } = tenant.registry.config.lifetimes;
    return { kind: 'wrong', explanation: `The newest code has expired: ${about} lives for ${life} s.` };
  }
  // Counted before it is compared: guesses sent all at once cannot slip in together.
  const tries = (await artifacts.countAttempt(kind, hash)) - (data.looks ?? 0);
  if (tries > maxTries) return tooManyTries(about);
  if (isSameSecret(data.codeMac, await macOf(tenant, hash, code))) return { kind: 'ok', data, hash };
  if (tries < maxTries) return { kind: 'wrong', explanation: `${tries} of ${maxTries} wrong tries with ${about}.` };
  await artifacts.patch(kind, hash, { killed: true });
  await artifacts.consume(kind, hash, now);
  return { kind: 'wrong', explanation: `The third wrong try killed ${about}; ask for a new one.` };
}

function aboutCode({ connection, clientId }: Recipient): string {
  return `the ${connection.name} code for client ${clientId}`;
}

function tooManyTries(about: string): CodeRefusal {
  return { kind: 'too_many_tries', explanation: `${maxTries} wrong tries killed ${about}; ask for a new one.` };
}

function subjectOf({ clientId, connection, identifier }: Recipient): string {
  return JSON.stringify([clientId, connection.name, identifier.toLowerCase()]);
}

function macOf(tenant: TenantContext, id: string, code: string): Promise<string> {
  return tenant.mac('passwordless', `${id}\n${code}`);
}
