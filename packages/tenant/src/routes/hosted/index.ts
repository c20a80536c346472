import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { TenantContext } from '../../context.ts';
import { renderErrorPage } from '../../pages/error-page.tsx';
import { activateRoutes } from './activate.tsx';
import { assetRoutes } from './assets.ts';
import { databaseCodeRoutes } from './database-codes.tsx';
import { frameOf } from './forms.tsx';
import { loginRoutes } from './login.tsx';
import { mailLinkRoutes } from './mail-links.tsx';
import { mfaPageRoutes } from './mfa/index.ts';
import { passkeyPageRoutes } from './passkey.ts';
import { passkeyOfferRoutes } from './passkey-offer.tsx';
import { passwordlessPageRoutes } from './passwordless.tsx';
import { resetPasswordRoutes } from './reset-password.tsx';
import { signedInRoutes } from './signed-in.tsx';
import { signupRoutes } from './signup.tsx';

/** No form of these pages is near this size. In bytes. */
const largestForm = 32 * 1024;

/** The pages people see: everything below `/u/`, and the short address that devices show. */
export function hostedRoutes(tenant: TenantContext): Hono {
  const pages = new Hono();
  pages.use(
    bodyLimit({
      maxSize: largestForm,
      onError: (c) =>
        renderErrorPage(c, {
          title: 'That was too much',
          message: 'The form was larger than any form of this page can be. Go back and try again.',
          status: 413,
          frame: frameOf(tenant),
        }),
    }),
  );
  pages.route('/', assetRoutes());
  pages.route('/', loginRoutes(tenant));
  pages.route('/', signupRoutes(tenant));
  pages.route('/', resetPasswordRoutes(tenant));
  pages.route('/', signedInRoutes(tenant));
  pages.route('/', mfaPageRoutes(tenant));
  pages.route('/', passwordlessPageRoutes(tenant));
  pages.route('/', databaseCodeRoutes(tenant));
  pages.route('/', passkeyPageRoutes(tenant));
  pages.route('/', passkeyOfferRoutes(tenant));
  pages.route('/', mailLinkRoutes(tenant));
  return new Hono().route('/', activateRoutes(tenant)).route('/u', pages);
}
