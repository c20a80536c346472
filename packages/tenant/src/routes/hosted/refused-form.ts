import type { Context } from 'hono';
import type { TenantContext } from '../../context.ts';
import type { FormErrors } from '../../pages/form.tsx';
import { createSecret, hashSecret } from '../../tokens/secret.ts';

/**
 * A form that was refused answers with 303 as well, to its page, which then shows what is wrong: so a reload or the
 * "Back" button never sends a password again. What the page is to show waits here, under the `form` of its address.
 */
export interface RefusedForm {
  readonly errors: FormErrors;
  /** What to fill in again. Never a password. */
  readonly values: Readonly<Record<string, string>>;
  readonly status: 400 | 429;
}

const kind = 'refused_form';
/** Seconds. Long enough to come back with "Back". */
const lifetime = 600;

/** `key` is the query parameter, `state` or `ticket`, that the page belongs to; only there the form is shown again. */
export async function returnToForm(
  tenant: TenantContext,
  c: Context,
  key: { readonly state: string } | { readonly ticket: string },
  { errors, values = {}, status = 400 }: Pick<RefusedForm, 'errors'> & Partial<RefusedForm>,
): Promise<Response> {
  const id = createSecret();
  const now = tenant.clock.now();
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(id),
    data: { page: pageKey(c.req.path, key), errors, values, status },
    createdAt: now,
    expiresAt: now + lifetime * 1000,
  });
  return c.redirect(`${c.req.path}?${new URLSearchParams({ ...key, form: id })}`, 303);
}

/** What the page at this address has to show of a refused form, if anything. */
export async function readRefusedForm(tenant: TenantContext, c: Context): Promise<RefusedForm | undefined> {
  const { form, state, ticket } = c.req.query();
  if (form === undefined) return undefined;
  const found = await tenant.store.artifacts.get<RefusedForm & { page: string }>(kind, hashSecret(form));
  if (found === undefined || found.expiresAt <= tenant.clock.now()) return undefined;
  const key = state === undefined ? { ticket: ticket ?? '' } : { state };
  return found.data.page === pageKey(c.req.path, key) ? found.data : undefined;
}

function pageKey(path: string, key: object): string {
  return hashSecret(`${path}\n${JSON.stringify(key)}`);
}
