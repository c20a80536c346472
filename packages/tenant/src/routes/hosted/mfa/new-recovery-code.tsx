/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import type { TenantContext } from '../../../context.ts';
import { dropNote, openNote } from '../../../mfa/sealed-note.ts';
import { NewRecoveryCodePage } from '../../../pages/mfa/new-recovery-code-page.tsx';
import { renderPage } from '../../../pages/render-page.tsx';
import { csrfToken, resumeInteraction } from '../../../sessions/interactions.ts';
import { hashSecret } from '../../../tokens/secret.ts';
import { frameOf, withInteraction, withInteractionForm } from '../forms.tsx';
import { readRefusedForm, returnToForm } from '../refused-form.ts';

/** The page with a recovery code, until the person says they saved it. The second factor is proved by then. */
export function newRecoveryCodeRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/mfa/new-recovery-code', (c) =>
    withInteraction(tenant, c, async (interaction) => {
      const note = c.req.query('note') ?? '';
      const code = await openNote(tenant, hashSecret(interaction.id), note);
      if (code === undefined) return resumeInteraction(c, interaction);
      const refused = await readRefusedForm(tenant, c);
      return renderPage(
        c,
        <NewRecoveryCodePage
          frame={frameOf(tenant, interaction)}
          state={interaction.id}
          csrf={await csrfToken(tenant, c, interaction)}
          note={note}
          code={code}
          replaces={c.req.query('replaces') === 'yes'}
          errors={refused?.errors}
        />,
        { status: refused?.status ?? 200, formAction: interaction.redirectOrigin },
      );
    }),
  );

  app.post('/mfa/new-recovery-code', (c) =>
    withInteractionForm(tenant, c, async (interaction, form) => {
      const { note = '', replaces } = form;
      if (form.saved !== 'yes') {
        const key = { state: interaction.id, note, ...(replaces === 'yes' ? { replaces } : {}) };
        const errors = { fields: { saved: 'Save the code, then tick the box.' } };
        return returnToForm(tenant, c, key, { errors });
      }
      await dropNote(tenant, note);
      return resumeInteraction(c, interaction);
    }),
  );

  return app;
}
