import { Hono } from 'hono';
import type { TenantContext } from '../context.ts';
import { cors } from '../http/cors.ts';
import type { ProtocolEnv } from '../http/protocol-context.ts';
import { handleAuthorize, handleResume } from './authorize/index.ts';
import { handleDeviceCode } from './device-code.ts';
import { handleDiscovery, handleJwks } from './discovery.ts';
import { handleConfirmedLogout, handleOidcLogout } from './logout/oidc-logout.ts';
import { handleV2Logout } from './logout/v2-logout.ts';
import { handleOtpChallenge } from './otp-challenge.ts';
import { handlePasswordlessStart, handlePasswordlessVerify } from './passwordless.ts';
import { handleConfirmedLink, handlePasswordlessLink } from './passwordless-link.tsx';
import { handleRevoke } from './revoke.ts';
import { handleToken } from './token.ts';
import { handleUserinfo } from './userinfo.ts';

/** Called by pages of the applications themselves. Where browsers are *sent* (authorize, logout) never answers CORS. */
const crossOriginPaths = [
  '/.well-known/*',
  '/oauth/token',
  '/oauth/revoke',
  '/userinfo',
  '/dbconnections/*',
  '/passwordless/start',
  '/passwordless/verify',
  '/otp/challenge',
];

/** The OAuth 2.0 and OpenID Connect endpoints. */
export function protocolRoutes(tenant: TenantContext): Hono<ProtocolEnv> {
  const routes = new Hono<ProtocolEnv>();
  for (const path of crossOriginPaths) routes.use(path, cors(tenant));

  routes.get('/.well-known/openid-configuration', (c) => handleDiscovery(tenant, c));
  routes.get('/.well-known/oauth-authorization-server', (c) => handleDiscovery(tenant, c));
  routes.get('/.well-known/jwks.json', (c) => handleJwks(tenant, c));

  routes.on(['GET', 'POST'], '/authorize', (c) => handleAuthorize(tenant, c));
  routes.get('/authorize/resume', (c) => handleResume(tenant, c));

  routes.post('/oauth/token', (c) => handleToken(tenant, c));
  routes.post('/oauth/device/code', (c) => handleDeviceCode(tenant, c));
  routes.post('/oauth/revoke', (c) => handleRevoke(tenant, c));
  routes.on(['GET', 'POST'], '/userinfo', (c) => handleUserinfo(tenant, c));

  routes.post('/passwordless/start', (c) => handlePasswordlessStart(tenant, c));
  routes.post('/passwordless/verify', (c) => handlePasswordlessVerify(tenant, c));
  routes.post('/otp/challenge', (c) => handleOtpChallenge(tenant, c));
  for (const path of ['/passwordless/verify_redirect', '/passwordless/verify-redirect']) {
    routes.get(path, (c) => handlePasswordlessLink(tenant, c));
    routes.post(path, (c) => handleConfirmedLink(tenant, c));
  }

  routes.get('/v2/logout', (c) => handleV2Logout(tenant, c));
  routes.on(['GET', 'POST'], '/oidc/logout', (c) => handleOidcLogout(tenant, c));
  routes.post('/oidc/logout/confirm', (c) => handleConfirmedLogout(tenant, c));
  return routes;
}
