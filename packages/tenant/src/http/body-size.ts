import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** No request of the protocol comes near it. In bytes. */
const LARGEST_BODY = 100 * 1024;

/** An imported tenant may be large; only who holds the control secret gets as far. In bytes. */
const LARGEST_IMPORT = 512 * 1024 * 1024;

/** For every path but `exempt`, which has a limit of its own behind its own door. */
export function limitBodySize(exempt: string): MiddlewareHandler {
  const limit = limitTo(LARGEST_BODY, '100 kB');
  return (c, next) => (c.req.path === exempt ? next() : limit(c, next));
}

export const limitImportSize = limitTo(LARGEST_IMPORT, '512 MB');

function limitTo(maxSize: number, size: string): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: (c) =>
      c.json({ error: 'invalid_request', error_description: `The request body is larger than ${size}.` }, 413),
  });
}
