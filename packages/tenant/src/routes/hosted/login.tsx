/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { limited } from '../../attack-protection/rate-limits.ts';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { clientAddress } from '../../http/client-address.ts';
import type { FormErrors } from '../../pages/form.tsx';
import { LoginPage } from '../../pages/login-page.tsx';
import { finishLogin, type Interaction } from '../../sessions/interactions.ts';
import {
  authenticateWithPassword,
  leakedPasswordText,
  suspiciousAddressText,
  tooManyAttemptsText,
  wrongPasswordText,
} from '../../users/authenticate.ts';
import { codeWaysOf } from './code-ways.ts';
import { databaseOf, offersSignup, withDatabase, withInteraction, withInteractionForm } from './forms.tsx';
import { otherWays } from './other-ways.ts';
import { refuseOverLimit } from './over-limit.ts';
import { returnToForm } from './refused-form.ts';
import { showForm } from './show-form.ts';

/** What the page says for each way a password is refused. */
const refusals = {
  wrong_password: { text: wrongPasswordText, status: 400 },
  too_many_attempts: { text: tooManyAttemptsText, status: 429 },
  suspicious_address: { text: suspiciousAddressText, status: 429 },
  password_leaked: { text: leakedPasswordText, status: 400 },
} as const;

export function loginRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/login', (c) =>
    withInteraction(tenant, c, (interaction) => {
      const database = databaseOf(tenant, interaction);
      const ways = otherWays(tenant, interaction);
      const [way] = ways;
      if (database !== undefined || ways.length > 1) return showLogin(tenant, c, interaction, database);
      if (way !== undefined) return c.redirect(way.href, 302);
      return withDatabase(tenant, c, interaction, (connection) => showLogin(tenant, c, interaction, connection));
    }),
  );

  app.post('/login', (c) =>
    withInteractionForm(tenant, c, (interaction, form) =>
      withDatabase(tenant, c, interaction, async (connection) => {
        const identifier = (form.username ?? '').trim();
        const password = form.password ?? '';
        const again = (errors: FormErrors, status: 400 | 429 = 400) =>
          returnToForm(tenant, c, { state: interaction.id }, { errors, values: { identifier }, status });
        const fields = {
          ...(identifier === ''
            ? { username: `Enter your ${connection.requiresUsername ? 'email or username' : 'email address'}.` }
            : {}),
          ...(password === '' ? { password: 'Enter your password.' } : {}),
        };
        if (Object.keys(fields).length > 0) return again({ fields });
        const who = limited.login(connection, identifier, clientAddress(c));
        const overLimit = await refuseOverLimit(tenant, c, interaction.client, 'login', who);
        if (overLimit) return again(overLimit.errors, overLimit.status);
        const login = await authenticateWithPassword(tenant, {
          connection,
          identifier,
          password,
          address: clientAddress(c),
          clientId: interaction.client.clientId,
        });
        if (login.kind !== 'ok') {
          const { text, status } = refusals[login.kind];
          return again({ form: text }, status);
        }
        return finishLogin(tenant, c, interaction, login.user, {
          amr: ['pwd'],
          knowsPasskeys: form.passkeys === 'yes',
        });
      }),
    ),
  );

  return app;
}

async function showLogin(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  connection: ConnectionConfig | undefined,
) {
  const { requiresUsername: usernames = false, passkeys = false } = connection ?? {};
  const signup = connection !== undefined && offersSignup(tenant, interaction, connection);
  return showForm(
    tenant,
    c,
    interaction,
    (form, values) => (
      <LoginPage
        {...form}
        database={connection && { usernames, signup, passkeys }}
        identifier={values.identifier ?? interaction.loginHint}
        ways={[...codeWaysOf(tenant, interaction), ...otherWays(tenant, interaction)]}
      />
    ),
    { waits: passkeys },
  );
}
