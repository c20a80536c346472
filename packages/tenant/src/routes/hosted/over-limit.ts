import type { Context } from 'hono';
import { type LimitName, limitRate } from '../../attack-protection/rate-limits.ts';
import type { ClientConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { OAuthError, recordRefusal } from '../../errors.ts';
import type { FormErrors } from '../../pages/form.tsx';

/** Counts a form against the limit that it shares with the endpoint of its purpose; answers with what its page says when none is left. */
export async function refuseOverLimit(
  tenant: TenantContext,
  c: Context,
  { clientId }: ClientConfig,
  name: LimitName,
  who: string,
): Promise<{ readonly errors: FormErrors; readonly status: 429 } | undefined> {
  try {
    await limitRate(tenant, c, name, who);
    return undefined;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'form.refused', error, { clientId });
    return { errors: { form: 'That was asked for too often. Wait a minute, then try again.' }, status: 429 };
  }
}
