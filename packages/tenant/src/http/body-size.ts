import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** No request of the protocol comes near it. In bytes. */
const LARGEST_BODY = 100 * 1024;

/** An imported tenant may be large; only who holds the control secret gets as far. In bytes. */
const LARGEST_IMPORT = 512 * 1024 * 1024;

/** A `Request` of the first two has none (Fetch standard, section 5.4), and nothing reads that of a preflight. */
const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** For every path but the exempt ones, which have a limit of their own behind their own door. */
export function limitBodySize(exempt: readonly string[]): MiddlewareHandler {
  const limit = limitTo(LARGEST_BODY, '100 kB');
  return (c, next) => (exempt.includes(c.req.path) ? next() : limit(c, next));
}

export const limitImportSize = limitTo(LARGEST_IMPORT, '512 MB');

function limitTo(maxSize: number, size: string): MiddlewareHandler {
  const refuse = (c: Context) =>
    c.json({ error: 'invalid_request', error_description: `The request body is larger than ${size}.` }, 413);
  const countBytes = bodyLimit({ maxSize, onError: refuse });
  return async (c, next) => {
    // To count would make a `Request`, which takes time, and is another one's where the program has a second server of this kind.
    if (withoutBody.has(c.req.method)) return next();
    const length = c.req.header('content-length');
    if (length === undefined || c.req.header('transfer-encoding') !== undefined) return countBytes(c, next);
    // HTTP holds the sender to the length it told. Not touching the body spares making a stream of it.
    return Number(length) <= maxSize ? next() : refuse(c);
  };
}
