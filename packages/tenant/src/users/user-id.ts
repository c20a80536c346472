import { createHash } from 'node:crypto';
import type { ConnectionConfig, UserConfig } from '../config/schema.ts';

/** The same id on every start, so that what a test or an app's database remembers stays true. */
export function makeUserId(user: UserConfig, connection: ConnectionConfig | undefined): string {
  const identifier = user.email?.toLowerCase() ?? user.username?.toLowerCase() ?? user.phoneNumber ?? '';
  const digest = createHash('sha256').update(`${user.connection}\n${identifier}`).digest('hex').slice(0, 24);
  return `${connection?.strategy ?? 'auth0'}|${digest}`;
}
