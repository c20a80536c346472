import { type Context, Hono } from 'hono';
import { countAttempt, isSuspicious, recordSuspiciousAddress } from '../../attack-protection/suspicious-address.ts';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { OAuthError } from '../../errors.ts';
import { clientAddress } from '../../http/client-address.ts';
import { requestFacts } from '../../http/request-facts.ts';
import { admitNewcomer } from '../../organizations/admit-newcomer.ts';
import { challengeToSignIn } from '../../passkeys/challenge.ts';
import { spendPasskeySession } from '../../passkeys/passkey-session.ts';
import { readNewcomer } from '../../passkeys/read-newcomer.ts';
import { readAuthenticatorResponse } from '../../passkeys/read-response.ts';
import { challengeNewcomer, checkIdentifiers, signUpWithPasskey } from '../../passkeys/sign-up.ts';
import { passkeyAmr, verifyAssertion } from '../../passkeys/verify-assertion.ts';
import { finishLogin, type Interaction } from '../../sessions/interactions.ts';
import { hashSecret } from '../../tokens/secret.ts';
import { suspiciousAddressText } from '../../users/authenticate.ts';
import { badInvitationText, type Form, joiningOf, offersSignup, withDatabase, withInteractionForm } from './forms.tsx';
import { keepRefusedForm, type RefusedForm } from './refused-form.ts';

type Handler = (
  login: { readonly interaction: Interaction; readonly connection: ConnectionConfig; readonly form: Form },
  c: Context,
) => Response | Promise<Response>;

const tooManyText = 'Too many people signed up from here in a short time. Wait a moment and try again.';
const takenText = 'We could not sign you up with these details. If you have an account already, log in instead.';

/** Passkeys on the login and sign-up pages: the script asks for a challenge, and its form brings the answer. */
export function passkeyPageRoutes(tenant: TenantContext): Hono {
  const app = new Hono();
  const post = (path: string, handle: Handler) =>
    app.post(path, (c) =>
      withInteractionForm(tenant, c, (interaction, form) =>
        withDatabase(tenant, c, interaction, (connection) => {
          if (!connection.passkeys) return c.json({ text: 'Passkeys are not enabled.' }, 404);
          return handle({ interaction, connection, form }, c);
        }),
      ),
    );

  post('/passkey/challenge', async ({ interaction, connection }, c) => {
    const { authSession, options } = await challengeToSignIn(tenant, {
      ...aboutSession(interaction),
      connection: connection.name,
      purpose: 'login',
    });
    return c.json({ auth_session: authSession, options });
  });

  post('/passkey/new', async ({ interaction, connection, form }, c) => {
    if (!offersSignup(tenant, interaction, connection)) return c.json({ text: 'Nobody can sign up here.' }, 400);
    try {
      const username = connection.requiresUsername ? form.username : undefined;
      const newcomer = readNewcomer(connection, { user_profile: { email: form.email?.trim(), username } });
      const admission = await admitNewcomer(tenant, joiningOf(tenant, interaction), { ...newcomer, connection });
      if (admission.kind === 'not_admitted') return c.json({ text: badInvitationText, field: 'email' }, 400);
      const { clientId } = interaction.client;
      const address = clientAddress(c);
      const found = await checkIdentifiers(tenant, connection, newcomer, { clientId, address });
      if (found === 'suspicious_address') return c.json({ text: tooManyText }, 429);
      if (found === 'taken') return c.json({ text: takenText }, 400);
      const { authSession, options } = await challengeNewcomer(
        tenant,
        { ...aboutSession(interaction), connection },
        newcomer,
      );
      return c.json({ auth_session: authSession, options });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return error.message.includes('username')
        ? c.json({ text: 'Choose a username of up to 15 letters, digits and _ + - .', field: 'username' }, 400)
        : c.json({ text: 'Enter an email address, like name@example.com.', field: 'email' }, 400);
    }
  });

  post('/passkey/login', ({ interaction, connection, form }, c) =>
    withSession(tenant, c, interaction, form, '/u/login', async (refuse) => {
      const response = readAuthenticatorResponse(form.authn_response);
      const session = await spendPasskeySession(tenant, form.auth_session ?? '', {
        ...aboutSession(interaction),
        purposes: ['login'],
      });
      if ('problem' in session) return refuse(session.problem);
      if (response?.kind !== 'assertion') return refuse('The form brought no passkey.');
      const about = { challenge: session.challenge, connection: connection.name };
      const verified = await verifyAssertion(tenant, interaction.client, about, response.value);
      if ('problem' in verified) return refuse(verified.problem);
      return finishLogin(tenant, c, interaction, verified.user, { amr: passkeyAmr });
    }),
  );

  post('/passkey/signup', ({ interaction, connection, form }, c) =>
    withSession(tenant, c, interaction, form, '/u/signup', async (refuse) => {
      const response = readAuthenticatorResponse(form.authn_response);
      const session = await spendPasskeySession(tenant, form.auth_session ?? '', {
        ...aboutSession(interaction),
        purposes: ['signup'],
      });
      if ('problem' in session) return refuse(session.problem);
      if (response?.kind !== 'attestation') return refuse('The form brought no passkey.');
      const { client } = interaction;
      const facts = requestFacts(c, client, form);
      const joining = joiningOf(tenant, interaction);
      const signup = await signUpWithPasskey(tenant, client, connection, session, response.value, facts, joining);
      if (signup.kind === 'created') return finishLogin(tenant, c, interaction, signup.user, { amr: passkeyAmr });
      if (signup.kind === 'refused') return refuse(signup.explanation);
      const texts = { taken: takenText, suspicious_address: tooManyText, not_admitted: badInvitationText };
      return refuse('The sign-up was refused.', {
        errors: { form: signup.kind === 'denied' ? signup.message : texts[signup.kind] },
      });
    }),
  );

  return app;
}

/** A challenge is for the login, and so for the browser, it was asked for in. */
function aboutSession(interaction: Interaction) {
  return { clientId: interaction.client.clientId, transaction: hashSecret(interaction.id) };
}

type Refuse = (explanation: string, shown?: Pick<RefusedForm, 'errors'>) => Promise<Response>;

/** Runs `finish`, which may send the person back to the page with an error. */
async function withSession(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  form: Form,
  page: '/u/login' | '/u/signup',
  finish: (refuse: Refuse) => Promise<Response>,
): Promise<Response> {
  const { clientId } = interaction.client;
  const key = { state: interaction.id };
  const back = async (refusal: Parameters<typeof keepRefusedForm>[3]) =>
    c.redirect(await keepRefusedForm(tenant, page, key, refusal), 303);
  if (await isSuspicious(tenant, 'login', clientAddress(c))) {
    recordSuspiciousAddress(tenant, 'login', { clientId });
    return back({ errors: { form: suspiciousAddressText }, status: 429 });
  }
  return finish(async (explanation, shown) => {
    await countAttempt(tenant, 'login', clientAddress(c));
    tenant.events.record({
      type: 'login.failure',
      outcome: 'failure',
      sentence: explanation,
      clientId,
      details: { error: 'invalid_grant' },
    });
    const values = form.email === undefined ? {} : { email: form.email };
    return back({
      errors: { form: 'The passkey could not be used. Try again, or log in another way.' },
      values,
      ...shown,
    });
  });
}
