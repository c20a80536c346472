/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import { hasPassedGate } from '../../login/redirect-gate.ts';
import { PasskeyOfferPage } from '../../pages/passkey-offer-page.tsx';
import { challengeToEnroll, enrollPasskey } from '../../passkeys/enroll.ts';
import { declineOffer } from '../../passkeys/offer.ts';
import { readAuthenticatorResponse } from '../../passkeys/read-response.ts';
import { currentLogin } from '../../sessions/browser-session.ts';
import { type Interaction, resumeInteraction } from '../../sessions/interactions.ts';
import type { User } from '../../store/store.ts';
import { hashSecret } from '../../tokens/secret.ts';
import { withInteraction, withInteractionForm } from './forms.tsx';
import { returnToForm } from './refused-form.ts';
import { showForm } from './show-form.ts';

const failedText = 'The passkey could not be saved. Try again, or go on without one.';

/** Progressive enrolment: who logged in with a password, and has no passkey, may make one on the way to the app. */
export function passkeyOfferRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/passkey/offer', (c) =>
    withInteraction(tenant, c, async (interaction) => {
      const user = await findOffered(tenant, c, interaction);
      if (user === undefined) return resumeInteraction(c, interaction);
      const days = Math.max(1, Math.round(tenant.registry.config.passkeys.offerAgain / 86_400));
      return showForm(tenant, c, interaction, (form) => <PasskeyOfferPage {...form} days={days} />, { waits: true });
    }),
  );

  app.post('/passkey/offer/challenge', (c) =>
    withInteractionForm(tenant, c, async (interaction) => {
      const user = await findOffered(tenant, c, interaction);
      if (user === undefined) return c.json({ text: 'Nobody is offered a passkey here any more.' }, 400);
      const place = placeOf(interaction, user);
      const { authSession, options } = await challengeToEnroll(tenant, user, place, { excludeExisting: true });
      return c.json({ auth_session: authSession, options });
    }),
  );

  app.post('/passkey/offer', (c) =>
    withInteractionForm(tenant, c, async (interaction, form) => {
      const user = await findOffered(tenant, c, interaction);
      if (user === undefined) return resumeInteraction(c, interaction);
      const { client } = interaction;
      if (form.action === 'skip') {
        await declineOffer(tenant, user, client.clientId);
        return resumeInteraction(c, interaction);
      }
      const response = readAuthenticatorResponse(form.authn_response);
      const { transaction } = placeOf(interaction, user);
      const enrollment =
        response?.kind === 'attestation'
          ? await enrollPasskey(
              tenant,
              client,
              user,
              { authSession: form.auth_session ?? '', transaction },
              response.value,
              c.req.header('user-agent'),
            )
          : { kind: 'refused' as const, explanation: 'The form brought no new passkey.' };
      if (enrollment.kind === 'created') return resumeInteraction(c, interaction);
      tenant.events.record({
        type: 'passkey.rejected',
        outcome: 'failure',
        sentence: 'explanation' in enrollment ? enrollment.explanation : 'The passkey is registered already.',
        clientId: client.clientId,
        userId: user.id,
      });
      return returnToForm(tenant, c, { state: interaction.id }, { errors: { form: failedText } });
    }),
  );

  return app;
}

/** Who is due the offer: never before everything that the login owes is proved, or the page would be a way around it. */
async function findOffered(tenant: TenantContext, c: Context, interaction: Interaction): Promise<User | undefined> {
  const login = await currentLogin(tenant, c);
  const { prompt, result } = interaction;
  if (login === undefined || prompt !== 'passkey') return undefined;
  return hasPassedGate(result.gate, login.session) ? login.user : undefined;
}

function placeOf({ id, client: { clientId } }: Interaction, user: User) {
  return { clientId, transaction: hashSecret(`${id}\n${user.id}`) };
}
