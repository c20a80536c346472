/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { countAttempt, recordSuspiciousAddress } from '../../attack-protection/suspicious-address.ts';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { clientAddress } from '../../http/client-address.ts';
import { requestFacts } from '../../http/request-facts.ts';
import type { FormErrors } from '../../pages/form.tsx';
import { SignupPage } from '../../pages/signup-page.tsx';
import { finishLogin, type Interaction } from '../../sessions/interactions.ts';
import { explainPasswordError, measureStrength } from '../../users/password-policy.ts';
import { createDatabaseUser, isEmailAddress, isUsername } from '../../users/signup.ts';
import {
  badInvitationText,
  type Form,
  joiningOf,
  offersSignup,
  withDatabase,
  withInteraction,
  withInteractionForm,
} from './forms.tsx';
import { otherWays } from './other-ways.ts';
import { returnToForm } from './refused-form.ts';
import { showForm } from './show-form.ts';

export function signupRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/signup', (c) =>
    withInteraction(tenant, c, (interaction) =>
      withDatabase(tenant, c, interaction, (connection) => {
        if (!offersSignup(tenant, interaction, connection)) return c.redirect(`/u/login?state=${interaction.id}`, 302);
        return showSignup(tenant, c, interaction, connection);
      }),
    ),
  );

  app.post('/signup', (c) =>
    withInteractionForm(tenant, c, (interaction, form) =>
      withDatabase(tenant, c, interaction, async (connection) => {
        if (!offersSignup(tenant, interaction, connection)) return c.redirect(`/u/login?state=${interaction.id}`, 303);
        const email = (form.email ?? '').trim();
        const username = connection.requiresUsername ? (form.username ?? '').trim() : undefined;
        const password = form.password ?? '';
        const values = { email, username: username ?? '' };
        const again = (errors: FormErrors) => returnToForm(tenant, c, { state: interaction.id }, { errors, values });
        const fields = checkFields(connection, { email, username: username ?? '', password });
        if (Object.keys(fields).length > 0) return again({ fields });
        const { clientId } = interaction.client;
        if (!(await countAttempt(tenant, 'signup', clientAddress(c)))) {
          recordSuspiciousAddress(tenant, 'signup', { clientId });
          return again({ form: 'Too many people signed up from here in a short time. Wait a moment and try again.' });
        }
        const result = await createDatabaseUser(tenant, {
          connection,
          email,
          username,
          password,
          clientId,
          joining: joiningOf(tenant, interaction),
          request: requestFacts(c, interaction.client, form),
        });
        if (result.kind === 'invalid_password')
          return again({ fields: { password: explainPasswordError(result.error) } });
        if (result.kind === 'not_admitted') return again({ form: badInvitationText });
        if (result.kind === 'denied') return again({ form: result.message });
        if (result.kind === 'taken') return again(describeTaken(connection, result.field));
        return finishLogin(tenant, c, interaction, result.user, { amr: ['pwd'] });
      }),
    ),
  );

  return app;
}

function checkFields(connection: ConnectionConfig, form: Form): Record<string, string> {
  const fields: Record<string, string> = {};
  if (!isEmailAddress(form.email ?? '')) fields.email = 'Enter an email address, like name@example.com.';
  if (connection.requiresUsername && !isUsername(form.username ?? ''))
    fields.username = 'Choose a username of up to 15 letters, digits and _ + - .';
  if (form.password === '') fields.password = 'Choose a password.';
  return fields;
}

function describeTaken(connection: ConnectionConfig, field: string): FormErrors {
  if (connection.genericSignupErrors)
    return { form: 'We could not sign you up with these details. If you have an account already, log in instead.' };
  return field === 'username'
    ? { fields: { username: 'That username is taken. Choose another one.' } }
    : { fields: { email: 'There is an account with that address already. Log in instead.' } };
}

async function showSignup(tenant: TenantContext, c: Context, interaction: Interaction, connection: ConnectionConfig) {
  const hint = interaction.loginHint ?? '';
  const { passkeys } = connection;
  return showForm(
    tenant,
    c,
    interaction,
    (form, values) => (
      <SignupPage
        {...form}
        requiresUsername={connection.requiresUsername}
        rules={measureStrength(connection.passwordPolicy, '').rules}
        email={values.email ?? (isEmailAddress(hint) ? hint : '')}
        username={values.username}
        passkeys={passkeys}
        ways={otherWays(tenant, interaction)}
      />
    ),
    { waits: passkeys },
  );
}
