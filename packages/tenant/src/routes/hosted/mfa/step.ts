import type { Context } from 'hono';
import type { TenantContext } from '../../../context.ts';
import { OAuthError, recordRefusal } from '../../../errors.ts';
import type { MfaRequirement } from '../../../login/gate.ts';
import { findOwedFactor, finishMfa } from '../../../login/redirect-gate.ts';
import { findChallengeable } from '../../../mfa/enrolled.ts';
import { factorType } from '../../../mfa/factors/factor-types.ts';
import { type FactorName, type MfaParty, startChallenge, type Verified } from '../../../mfa/factors/index.ts';
import { findOob } from '../../../mfa/factors/out-of-band.ts';
import { sealNote } from '../../../mfa/sealed-note.ts';
import type { FormErrors } from '../../../pages/form.tsx';
import { type Interaction, resumeInteraction } from '../../../sessions/interactions.ts';
import type { Authenticator, User } from '../../../store/store.ts';
import { type Form, withInteraction, withInteractionForm } from '../forms.tsx';

/** A login that waits for its second factor. */
export interface MfaStep {
  readonly interaction: Interaction;
  readonly user: User;
  readonly party: MfaParty;
  readonly requirement: MfaRequirement;
}

type Show<Rest extends unknown[] = []> = (step: MfaStep, ...rest: Rest) => Response | Promise<Response>;

/** A page of the second factor; when none is owed any more, the login goes on. */
export function withStep(tenant: TenantContext, c: Context, show: Show): Promise<Response> {
  return withInteraction(tenant, c, (interaction) => goOrShow(tenant, c, interaction, show));
}

/** The same for a form. */
export function withStepForm(tenant: TenantContext, c: Context, handle: Show<[form: Form]>): Promise<Response> {
  return withInteractionForm(tenant, c, (interaction, form) =>
    goOrShow(tenant, c, interaction, (step) => handle(step, form)),
  );
}

async function goOrShow(tenant: TenantContext, c: Context, interaction: Interaction, show: Show): Promise<Response> {
  const owed = await findOwedFactor(tenant, c, interaction);
  if (owed === undefined || owed.session.amr.includes('mfa')) return resumeInteraction(c, interaction);
  const { user, party, requirement } = owed;
  return show({ interaction, user, party, requirement });
}

/** The address of a page of this login. */
export function mfaPage(
  { interaction }: Pick<MfaStep, 'interaction'>,
  path: string,
  query: Record<string, string> = {},
) {
  return `/u/mfa${path}?${new URLSearchParams({ state: interaction.id, ...query })}`;
}

/** What the person may be asked for, the handiest first. */
export async function usableFactors(tenant: TenantContext, { user, requirement }: MfaStep): Promise<Authenticator[]> {
  const stored = await tenant.store.authenticators.list(user.id);
  return findChallengeable(tenant, user, stored).filter(({ factor }) =>
    requirement.challenge.includes(factorType(factor)),
  );
}

/** The authenticator that was asked on another channel, if it was in this login. */
export async function findAsked(
  tenant: TenantContext,
  { party }: MfaStep,
  factor: FactorName,
  challenge: string | undefined,
) {
  if (challenge === undefined) return undefined;
  const oob = await findOob(tenant, challenge);
  if (oob === undefined || oob.data.transaction !== party.transaction || oob.data.factor !== factor) return undefined;
  const isOver = oob.consumedAt !== undefined || oob.expiresAt <= tenant.clock.now();
  return { authenticatorId: oob.data.authenticatorId, isOver, answer: oob.data.answer };
}

/** Asks for a proof, and answers with the address of the page that takes it. */
export async function askFor(tenant: TenantContext, step: MfaStep, authenticator: Authenticator): Promise<string> {
  const { oobCode } = await startChallenge(tenant, step.party, authenticator);
  return mfaPage(step, `/${authenticator.factor}`, oobCode === undefined ? {} : { challenge: oobCode });
}

/** The factor was proved: the login goes on, after a page with the new recovery code if there is one. */
export async function finishStep(
  tenant: TenantContext,
  c: Context,
  step: MfaStep,
  verified: Verified,
  { remember = false, code, page }: { remember?: boolean; code?: string | undefined; page?: 'first' | 'replaced' },
): Promise<Response> {
  const goOn = await finishMfa(tenant, c, step.interaction, verified, { remember });
  if (code === undefined) return goOn;
  const note = await sealNote(tenant, step.party.transaction, code);
  const query = page === 'replaced' ? { note, replaces: 'yes' } : { note };
  return c.redirect(mfaPage(step, '/new-recovery-code', query), 303);
}

/** Runs `work`; what the factors refuse is recorded, and put into words by `refused`. */
export async function orRefuse(
  tenant: TenantContext,
  { interaction, user }: MfaStep,
  work: () => Promise<Response>,
  refused: (error: OAuthError) => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'mfa.rejected', error, { clientId: interaction.client.clientId, userId: user.id });
    return refused(error);
  }
}

/** Why a proof was refused, for the person. */
export function explainRefusal(
  { error, message }: OAuthError,
  factor: FactorName,
  isOver: boolean,
): { errors: FormErrors; status: 400 | 429 } {
  if (error === 'too_many_attempts') return { errors: { form: message }, status: 429 };
  if (error === 'authorization_pending' || error === 'slow_down') {
    const form = 'There is no answer yet. Approve the request on your device, then press the button again.';
    return { errors: { form }, status: 400 };
  }
  if (factor === 'push') {
    const form = 'The request was denied, or nobody answered it in time. Ask your device again, or try another way.';
    return { errors: { form }, status: 400 };
  }
  return { errors: { fields: { code: wrongCodeText(factor, isOver) } }, status: 400 };
}

function wrongCodeText(factor: FactorName, isOver: boolean): string {
  if (factor === 'otp') return 'That code is not right, or was used before. Wait for the next one and enter it.';
  if (factor === 'recovery-code') return 'That recovery code is not right, or was used before.';
  if (isOver) return 'That code has expired. Ask for a new one.';
  return 'That code is not right. Check it, or ask for a new one.';
}

/** What was typed or pasted, without the spaces and dashes of how it was written; undefined when it is no code. */
export function readCode(form: Form, factor: FactorName): string | undefined {
  const code = (form.code ?? '').replaceAll(/[\s-]/g, '');
  const shape = factor === 'recovery-code' ? /^[A-Za-z0-9]{1,64}$/ : /^\d{6}$/;
  return shape.test(code) ? code : undefined;
}

export function missingCodeText(factor: FactorName): string {
  return factor === 'recovery-code' ? 'Enter your recovery code.' : 'Enter the six digits of the code.';
}
