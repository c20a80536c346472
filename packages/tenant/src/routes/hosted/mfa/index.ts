import { Hono } from 'hono';
import type { TenantContext } from '../../../context.ts';
import { challengeRoutes } from './challenge.tsx';
import { enrollRoutes } from './enroll.tsx';
import { newRecoveryCodeRoutes } from './new-recovery-code.tsx';

/** The pages of the second factor, between the login and the way back to the app. */
export function mfaPageRoutes(tenant: TenantContext): Hono {
  const app = new Hono();
  app.route('/', challengeRoutes(tenant));
  app.route('/', enrollRoutes(tenant));
  app.route('/', newRecoveryCodeRoutes(tenant));
  return app;
}
