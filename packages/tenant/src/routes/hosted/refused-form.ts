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
  readonly status: 200 | 400 | 429;
}

/** The query that names the page: `state` or `ticket`, and what else belongs to its address. */
export type PageKey = Readonly<Record<string, string>>;

type Refusal = Pick<RefusedForm, 'errors'> & Partial<RefusedForm>;

const kind = 'refused_form';
/** Seconds. Long enough to come back with "Back". */
const lifetime = 600;

/** Back to the page at this very address, the only place where the form is shown again. */
export async function returnToForm(
  tenant: TenantContext,
  c: Context,
  key: PageKey,
  refusal: Refusal,
): Promise<Response> {
  return c.redirect(await keepRefusedForm(tenant, c.req.path, key, refusal), 303);
}

/** The address of a page that shows what was refused, there or elsewhere. */
export async function keepRefusedForm(
  tenant: TenantContext,
  path: string,
  key: PageKey,
  { errors, values = {}, status = 400 }: Refusal,
): Promise<string> {
  const id = createSecret();
  const now = tenant.clock.now();
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(id),
    data: { page: pageKey(path, key), errors, values, status },
    createdAt: now,
    expiresAt: now + lifetime * 1000,
  });
  return `${path}?${new URLSearchParams({ ...key, form: id })}`;
}

/** What the page at this address has to show of a refused form, if anything. */
export async function readRefusedForm(tenant: TenantContext, c: Context): Promise<RefusedForm | undefined> {
  const { form, ...key } = c.req.query();
  if (form === undefined) return undefined;
  const found = await tenant.store.artifacts.get<RefusedForm & { page: string }>(kind, hashSecret(form));
  if (found === undefined || found.expiresAt <= tenant.clock.now()) return undefined;
  return found.data.page === pageKey(c.req.path, key) ? found.data : undefined;
}

function pageKey(path: string, key: PageKey): string {
  const query = new URLSearchParams(key);
  query.sort();
  return hashSecret(`${path}\n${query}`);
}
