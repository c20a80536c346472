import type { AuthError } from '../errors/auth-error.ts';
import type { Configuration } from '../options.ts';
import type { Platform, Storage } from '../platform/platform.ts';
import { readMetadata } from '../protocol/metadata.ts';
import { auth0Server, type Server } from '../protocol/server.ts';
import { SERVER } from './key-binding.ts';

/** As long as a login may take, which goes by the metadata it was begun with. */
const FRESH_MS = 3_600_000;

/**
 * The server's metadata: as an earlier page of this tab read it lately, or asked for. A server without a discovery document
 * is taken to be laid out like Auth0.
 */
export async function discover(
  configuration: Configuration,
  { notes, clock }: Pick<Platform, 'notes' | 'clock'>,
  getJson: (url: string) => Promise<object>,
): Promise<Server> {
  const storage = notes?.(configuration);
  const known = await readNote(configuration, storage, clock.now());
  if (known) return known;
  const { origin } = configuration;
  let metadata: object | undefined;
  try {
    metadata = await getJson(`${origin}/.well-known/openid-configuration`);
  } catch (error) {
    const { status } = error as AuthError;
    if (status < 400 || status >= 500) throw error;
  }
  const server = metadata === undefined ? auth0Server({ origin }) : readMetadata(metadata, configuration);
  storage?.set(SERVER, JSON.stringify({ at: clock.now(), server })).catch(() => undefined);
  return server;
}

/** What does not hold is asked for anew; read with the same suspicion as when it came. */
async function readNote(
  configuration: Configuration,
  storage: Storage | undefined,
  now: number,
): Promise<Server | undefined> {
  try {
    const { at, server } = JSON.parse((await storage?.get(SERVER)) ?? '') as { at: number; server: object };
    return Math.abs(now - at) < FRESH_MS ? readMetadata(server, configuration) : undefined;
  } catch {
    return undefined;
  }
}
