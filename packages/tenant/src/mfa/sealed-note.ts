import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { TenantContext } from '../context.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';

/**
 * Something a page shows once, such as a new recovery code, that has to survive a redirect and a reload. The store holds
 * it encrypted; the key is in the page's address and nowhere else.
 */
interface Note extends Record<string, unknown> {
  readonly iv: string;
  readonly text: string;
  readonly tag: string;
}

const kind = 'sealed_note';
const cipher = 'aes-256-gcm';
/** Seconds. */
const lifetime = 600;

/** Keeps `text` for the login `transaction`, and answers with the key that opens it there. */
export async function sealNote(tenant: TenantContext, transaction: string, text: string): Promise<string> {
  const key = createSecret();
  const iv = randomBytes(12);
  const encryption = createCipheriv(cipher, Buffer.from(key, 'base64url'), iv).setAAD(Buffer.from(transaction));
  const sealed = Buffer.concat([encryption.update(text, 'utf8'), encryption.final()]);
  const data: Note = {
    iv: iv.toString('base64url'),
    text: sealed.toString('base64url'),
    tag: encryption.getAuthTag().toString('base64url'),
  };
  const now = tenant.clock.now();
  const expiresAt = now + lifetime * 1000;
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(key),
    subject: transaction,
    data,
    createdAt: now,
    expiresAt,
  });
  return key;
}

/** The text, until it is dropped or expires. */
export async function openNote(tenant: TenantContext, transaction: string, key: string): Promise<string | undefined> {
  const found = await tenant.store.artifacts.get<Note>(kind, hashSecret(key));
  if (found === undefined || found.subject !== transaction || found.consumedAt !== undefined) return undefined;
  if (found.expiresAt <= tenant.clock.now()) return undefined;
  const { iv, text, tag } = found.data;
  const decryption = createDecipheriv(cipher, Buffer.from(key, 'base64url'), Buffer.from(iv, 'base64url'))
    .setAAD(Buffer.from(transaction))
    .setAuthTag(Buffer.from(tag, 'base64url'));
  return Buffer.concat([decryption.update(Buffer.from(text, 'base64url')), decryption.final()]).toString('utf8');
}

/** The person has it: nobody sees it again. */
export async function dropNote(tenant: TenantContext, key: string): Promise<void> {
  await tenant.store.artifacts.consume(kind, hashSecret(key), tenant.clock.now());
}
