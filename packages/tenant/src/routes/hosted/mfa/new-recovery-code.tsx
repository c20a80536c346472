/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import type { TenantContext } from '../../../context.ts';
import { dropNote, openNote } from '../../../mfa/sealed-note.ts';
import { NewRecoveryCodePage } from '../../../pages/mfa/new-recovery-code-page.tsx';
import { resumeInteraction } from '../../../sessions/interactions.ts';
import { hashSecret } from '../../../tokens/secret.ts';
import { withInteraction, withInteractionForm } from '../forms.tsx';
import { returnToForm } from '../refused-form.ts';
import { showForm } from '../show-form.ts';

/** The page with a recovery code, until the person says they saved it. The second factor is proved by then. */
export function newRecoveryCodeRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/mfa/new-recovery-code', (c) =>
    withInteraction(tenant, c, async (interaction) => {
      const note = c.req.query('note') ?? '';
      const code = await openNote(tenant, hashSecret(interaction.id), note);
      if (code === undefined) return resumeInteraction(c, interaction);
      return showForm(tenant, c, interaction, (form) => (
        <NewRecoveryCodePage {...form} note={note} code={code} replaces={c.req.query('replaces') === 'yes'} />
      ));
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
