import { Hono } from 'hono';
import { findAsset } from '../../pages/assets.ts';
import { drawAvatar } from '../../users/avatar.ts';

/** Style sheets, scripts and the pictures of users: public, and the same for everybody. */
export function assetRoutes(): Hono {
  const app = new Hono();

  app.get('/assets/:file', (c) => {
    const asset = findAsset(c.req.param('file'));
    if (!asset) return c.notFound();
    return c.body(asset.body, 200, {
      'Content-Type': asset.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
    });
  });

  app.get('/avatar/:file{.+\\.svg}', (c) => {
    const svg = drawAvatar(c.req.param('file').slice(0, -'.svg'.length));
    if (!svg) return c.notFound();
    return c.body(svg, 200, {
      'Content-Type': 'image/svg+xml',
      'Cache-Control': 'public, max-age=86400',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
    });
  });

  return app;
}
