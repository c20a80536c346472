/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import { findWaitingDevice, readUserCode } from '../../device/device-codes.ts';
import { clientAddress } from '../../http/client-address.ts';
import { ActivatePage } from '../../pages/activate-page.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import { currentLogin } from '../../sessions/browser-session.ts';
import { csrfToken, startInteraction } from '../../sessions/interactions.ts';
import { frameOf, withForm } from './forms.tsx';
import { type RefusedForm, readRefusedForm, returnToForm } from './refused-form.ts';

const purpose = 'activate';

/**
 * RFC 8628 section 5.1. Right codes count, too: else whoever asks for codes of their own could guess between them. Twenty,
 * then one every 15 s, against 20^8 codes that live for minutes.
 */
const guesses = { capacity: 20, refillMs: 15_000 };

/** `/activate`: where the code of a device is entered. What follows is a login, and a page to allow or deny. */
export function activateRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/activate', async (c) => {
    const refused = await readRefusedForm(tenant, c);
    const errors = refused?.errors;
    const userCode = refused?.values.userCode ?? c.req.query('user_code')?.slice(0, 20);
    const csrf = await csrfToken(tenant, c, purpose);
    return renderPage(c, <ActivatePage frame={frameOf(tenant)} csrf={csrf} userCode={userCode} errors={errors} />, {
      status: refused?.status ?? 200,
    });
  });

  app.post('/activate', (c) =>
    withForm(tenant, c, purpose, async ({ user_code: typed = '' }) => {
      const again = (text: string, status: RefusedForm['status'] = 400) =>
        returnToForm(
          tenant,
          c,
          {},
          { errors: { fields: { user_code: text } }, values: { userCode: typed.slice(0, 20) }, status },
        );
      if (readUserCode(typed) === '') return again('Enter the code that your device shows.');
      if (!(await mayGuess(tenant, c))) return again('Too many codes were tried. Wait a minute, then try again.', 429);
      const device = await findWaitingDevice(tenant, typed);
      const client = device && tenant.registry.client(device.data.clientId);
      if (device === undefined || client === undefined) {
        return again('No device waits with that code. Check it; a code works once, for a few minutes.');
      }
      const login = await currentLogin(tenant, c);
      const { scope, audience } = device.data;
      return startInteraction(tenant, c, {
        client,
        prompt: login === undefined ? 'login' : 'consent',
        params: {
          redirectUri: `${tenant.issuer}activate`,
          responseMode: 'query',
          scope,
          audience,
          // Whoever sent the person here may hold the device (RFC 8628 section 5.4): they must see what they allow.
          prompt: ['consent'],
          device: { hash: device.hash, userCode: device.userCode },
        },
      });
    }),
  );

  return app;
}

async function mayGuess(tenant: TenantContext, c: Context): Promise<boolean> {
  const address = clientAddress(c);
  if (await tenant.store.counters.takeFromBucket(`user-code:${address}`, guesses, tenant.clock.now())) return true;
  tenant.events.record({
    type: 'device.too_many_guesses',
    outcome: 'failure',
    sentence: `The address ${address} entered ${guesses.capacity} device codes; another is let through every ${guesses.refillMs / 1000} s.`,
  });
  return false;
}
