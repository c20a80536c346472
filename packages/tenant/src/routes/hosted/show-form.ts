import type { Context } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { TenantContext } from '../../context.ts';
import type { FormErrors } from '../../pages/form.tsx';
import type { PageFrame } from '../../pages/layout.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import { csrfToken, type Interaction } from '../../sessions/interactions.ts';
import { frameOf } from './forms.tsx';
import { type RefusedForm, readRefusedForm } from './refused-form.ts';

/** What each form of a login has. */
interface LoginForm {
  readonly frame: PageFrame;
  readonly state: string;
  readonly csrf: string;
  readonly errors: FormErrors | undefined;
}

/** Shows a form of a login, with what was wrong and what was filled in when it was sent before. */
export async function showForm(
  tenant: TenantContext,
  c: Context,
  interaction: Interaction,
  draw: (form: LoginForm, values: RefusedForm['values']) => JSX.Element | Promise<JSX.Element>,
  { waits = false }: { waits?: boolean } = {},
): Promise<Response> {
  const refused = await readRefusedForm(tenant, c);
  const form = {
    frame: frameOf(tenant, interaction),
    state: interaction.id,
    csrf: await csrfToken(tenant, c, interaction),
    errors: refused?.errors,
  };
  const page = await draw(form, refused?.values ?? {});
  return renderPage(c, page, { status: refused?.status ?? 200, formAction: interaction.redirectOrigin, waits });
}
