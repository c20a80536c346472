import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** No request of the protocol comes near it. */
const MAX_BODY = 100 * 1024;

/** An imported tenant may be large, and only who holds the control secret can send one. */
const MAX_IMPORT = 512 * 1024 * 1024;

export const limitBodySize = (importPath: string): MiddlewareHandler => {
  const limit = (maxSize: number, size: string) =>
    bodyLimit({
      maxSize,
      onError: (c) =>
        c.json({ error: 'invalid_request', error_description: `The request body is larger than ${size}.` }, 413),
    });
  const usual = limit(MAX_BODY, '100 kB');
  const forImport = limit(MAX_IMPORT, '512 MB');
  return (c, next) => (c.req.path === importPath ? forImport(c, next) : usual(c, next));
};
