/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { limited } from '../../attack-protection/rate-limits.ts';
import type { TenantContext } from '../../context.ts';
import { clientAddress } from '../../http/client-address.ts';
import { renderErrorPage } from '../../pages/error-page.tsx';
import { ForgotPasswordPage } from '../../pages/forgot-password-page.tsx';
import { MessagePage } from '../../pages/message-page.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import { ResetLinkSentPage } from '../../pages/reset-link-sent-page.tsx';
import { ResetPasswordPage } from '../../pages/reset-password-page.tsx';
import { csrfToken, type Interaction } from '../../sessions/interactions.ts';
import type { User } from '../../store/store.ts';
import { explainPasswordError, measureStrength } from '../../users/password-policy.ts';
import { findResetUser, requestPasswordReset, resetPassword } from '../../users/password-reset.ts';
import { isEmailAddress } from '../../users/signup.ts';
import { frameOf, withDatabase, withForm, withInteraction, withInteractionForm } from './forms.tsx';
import { refuseOverLimit } from './over-limit.ts';
import { readRefusedForm, returnToForm } from './refused-form.ts';
import { showForm } from './show-form.ts';

const csrfPurpose = 'reset-password';

export function resetPasswordRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/reset-password/request', (c) =>
    withInteraction(tenant, c, (interaction) => showRequest(tenant, c, interaction)),
  );

  app.post('/reset-password/request', (c) =>
    withInteractionForm(tenant, c, (interaction, form) =>
      withDatabase(tenant, c, interaction, async (connection) => {
        const email = (form.email ?? '').trim();
        if (!isEmailAddress(email)) {
          const errors = { fields: { email: 'Enter an email address, like name@example.com.' } };
          return returnToForm(tenant, c, { state: interaction.id }, { errors, values: { email } });
        }
        const who = limited.resetMail(email, clientAddress(c));
        const overLimit = await refuseOverLimit(tenant, c, interaction.client, 'changePassword', who);
        if (overLimit) return returnToForm(tenant, c, { state: interaction.id }, { ...overLimit, values: { email } });
        await requestPasswordReset(tenant, { connection, email, clientId: interaction.client.clientId });
        return c.redirect(`/u/reset-password/sent?state=${interaction.id}`, 303);
      }),
    ),
  );

  app.get('/reset-password/sent', (c) =>
    withInteraction(tenant, c, (interaction) =>
      renderPage(c, <ResetLinkSentPage frame={frameOf(tenant, interaction)} state={interaction.id} />),
    ),
  );

  app.get('/reset-password/done', (c) =>
    renderPage(
      c,
      <MessagePage
        frame={frameOf(tenant)}
        title="Your password is changed"
        symbol="check"
        message="You are signed out everywhere. Go back to the app and log in with the new password."
      />,
    ),
  );

  app.get('/reset-password', async (c) => {
    const ticket = c.req.query('ticket') ?? '';
    const user = await findResetUser(tenant, ticket);
    return user ? showReset(tenant, c, user, ticket) : staleTicket(tenant, c);
  });

  app.post('/reset-password', (c) =>
    withForm(tenant, c, csrfPurpose, async (form) => {
      const ticket = form.ticket ?? '';
      const password = form.password ?? '';
      const user = await findResetUser(tenant, ticket);
      if (!user) return staleTicket(tenant, c);
      const again = (fields: Record<string, string>) => returnToForm(tenant, c, { ticket }, { errors: { fields } });
      if (password === '') return again({ password: 'Choose a password.' });
      if (password !== form.confirmation) return again({ confirmation: 'The two passwords are not the same.' });
      const result = await resetPassword(tenant, ticket, password);
      if (result.kind === 'stale_ticket') return staleTicket(tenant, c);
      if (result.kind === 'invalid_password') return again({ password: explainPasswordError(result.error) });
      return c.redirect('/u/reset-password/done', 303);
    }),
  );

  return app;
}

async function showRequest(tenant: TenantContext, c: Context, interaction: Interaction) {
  const hint = interaction.loginHint ?? '';
  return showForm(tenant, c, interaction, (form, values) => (
    <ForgotPasswordPage {...form} email={values.email ?? (isEmailAddress(hint) ? hint : '')} />
  ));
}

async function showReset(tenant: TenantContext, c: Context, user: User, ticket: string) {
  const refused = await readRefusedForm(tenant, c);
  const policy = tenant.registry.connection(user.connection)?.passwordPolicy;
  return renderPage(
    c,
    <ResetPasswordPage
      frame={frameOf(tenant)}
      ticket={ticket}
      csrf={await csrfToken(tenant, c, csrfPurpose)}
      email={user.email ?? user.username ?? user.id}
      rules={policy ? measureStrength(policy, '').rules : []}
      errors={refused?.errors}
    />,
    { status: refused?.status ?? 200 },
  );
}

function staleTicket(tenant: TenantContext, c: Context) {
  tenant.events.record({
    type: 'password_reset.stale_link',
    outcome: 'failure',
    sentence: 'A password-reset link was opened that is unknown, used, expired, or older than the newest one sent.',
  });
  return renderErrorPage(c, {
    title: 'This link no longer works',
    message:
      'A reset link works once, and only the newest one. Go back to the app, choose "Forgot your password?" and use the link in the new mail.',
    status: 400,
    frame: frameOf(tenant),
  });
}
