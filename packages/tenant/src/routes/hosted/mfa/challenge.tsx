/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../../context.ts';
import type { OAuthError } from '../../../errors.ts';
import { type FactorName, type Proof, verifyChallenge } from '../../../mfa/factors/index.ts';
import { ChoicesPage } from '../../../pages/mfa/choices-page.tsx';
import { CodePage } from '../../../pages/mfa/code-page.tsx';
import { PushPage, SimulatedDeviceNote } from '../../../pages/mfa/push-page.tsx';
import type { Authenticator } from '../../../store/store.ts';
import type { Form } from '../forms.tsx';
import { keepRefusedForm, returnToForm } from '../refused-form.ts';
import { showForm } from '../show-form.ts';
import { choiceOf, factorTexts, leadOf } from './factor-texts.tsx';
import {
  askFor,
  explainRefusal,
  findAsked,
  finishStep,
  type MfaStep,
  mfaPage,
  missingCodeText,
  orRefuse,
  readCode,
  usableFactors,
  withStep,
  withStepForm,
} from './step.ts';

const anyFactor = '/mfa/:factor{(?:otp|sms|voice|email|push|recovery-code)}';

/** The pages that ask for a factor the person has. */
export function challengeRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/mfa', (c) =>
    withStep(tenant, c, async (step) => {
      if (step.requirement.enroll.length > 0) return c.redirect(mfaPage(step, '/enroll'), 302);
      const [handiest] = await usableFactors(tenant, step);
      if (handiest === undefined) return c.redirect(mfaPage(step, '/options'), 302);
      return orRefuse(
        tenant,
        step,
        async () => c.redirect(await askFor(tenant, step, handiest), 302),
        async (error) => c.redirect(await optionsWith(tenant, step, error), 302),
      );
    }),
  );

  app.get('/mfa/options', (c) => withStep(tenant, c, (step) => showOptions(tenant, c, step)));

  app.post('/mfa/options', (c) =>
    withStepForm(tenant, c, async (step, form) => {
      const chosen = (await usableFactors(tenant, step)).find(({ id }) => id === form.authenticator);
      if (chosen === undefined) return c.redirect(mfaPage(step, '/options'), 303);
      return orRefuse(
        tenant,
        step,
        async () => c.redirect(await askFor(tenant, step, chosen), 303),
        async (error) => c.redirect(await optionsWith(tenant, step, error), 303),
      );
    }),
  );

  app.get(anyFactor, (c) =>
    withStep(tenant, c, async (step) => {
      const { factor, authenticator, challenge } = await readSubject(tenant, c, step, c.req.query('challenge'));
      if (authenticator === undefined) return c.redirect(mfaPage(step, '/options'), 302);
      return showChallenge(tenant, c, step, { factor, authenticator, challenge });
    }),
  );

  app.post(anyFactor, (c) =>
    withStepForm(tenant, c, async (step, form) => {
      const { factor, authenticator, challenge, isOver } = await readSubject(tenant, c, step, form.challenge);
      if (authenticator === undefined) return c.redirect(mfaPage(step, '/options'), 303);
      const key = { state: step.interaction.id, ...(challenge === undefined ? {} : { challenge }) };
      const again = (refusal: Parameters<typeof returnToForm>[3]) => returnToForm(tenant, c, key, refusal);
      if (form.action === 'resend') {
        return orRefuse(
          tenant,
          step,
          async () => c.redirect(await askFor(tenant, step, authenticator), 303),
          (error) => again({ errors: { form: error.message }, status: 429 }),
        );
      }
      const proof = readProof(form, factor, challenge);
      if (proof === undefined) return again({ errors: { fields: { code: missingCodeText(factor) } } });
      return orRefuse(
        tenant,
        step,
        async () => {
          const verified = await verifyChallenge(tenant, step.party, proof);
          const remember = form.remember === 'yes';
          return finishStep(tenant, c, step, verified, { remember, code: verified.newRecoveryCode, page: 'replaced' });
        },
        (error) => again(explainRefusal(error, factor, isOver)),
      );
    }),
  );

  /** For the script of a page that waits: whether the push still has no answer. Looking changes nothing. */
  app.get('/mfa/waiting', async (c) => {
    let isWaiting = false;
    await withStep(tenant, c, async (step) => {
      const asked = await findAsked(tenant, step, 'push', c.req.query('challenge'));
      isWaiting = asked?.answer === 'pending' && !asked.isOver;
      return c.body(null, 204);
    });
    return c.json({ waiting: isWaiting }, 200, { 'Cache-Control': 'no-store' });
  });

  return app;
}

/** The factor of the address, and whose it is: of phones and devices the one that was asked. */
async function readSubject(tenant: TenantContext, c: Context, step: MfaStep, challenge: string | undefined) {
  const usable = await usableFactors(tenant, step);
  const factor = c.req.param('factor') as FactorName;
  if (factor === 'otp' || factor === 'recovery-code') {
    const authenticator = usable.find((one) => one.factor === factor);
    return { factor, authenticator, challenge: undefined, isOver: false };
  }
  const asked = await findAsked(tenant, step, factor, challenge);
  const authenticator = usable.find(({ id }) => id === asked?.authenticatorId);
  return { factor, authenticator, challenge, isOver: asked?.isOver === true };
}

export function readProof(form: Form, factor: FactorName, challenge: string | undefined): Proof | undefined {
  if (factor === 'push') return challenge === undefined ? undefined : { kind: 'oob', oobCode: challenge };
  const code = readCode(form, factor);
  if (code === undefined) return undefined;
  if (factor === 'otp') return { kind: 'otp', otp: code };
  if (factor === 'recovery-code') return { kind: 'recovery-code', recoveryCode: code };
  return challenge === undefined ? undefined : { kind: 'oob', oobCode: challenge, bindingCode: code };
}

async function showChallenge(
  tenant: TenantContext,
  c: Context,
  step: MfaStep,
  about: { factor: FactorName; authenticator: Authenticator; challenge: string | undefined },
): Promise<Response> {
  const { interaction } = step;
  const { factor, authenticator, challenge } = about;
  const { title, label, resend } = factorTexts[factor];
  const others = (await usableFactors(tenant, step)).filter(({ id }) => id !== authenticator.id);
  const page = {
    action: `/u/mfa/${factor}`,
    title,
    lead: leadOf(authenticator),
    remember: Math.max(1, Math.round(tenant.registry.config.mfa.rememberBrowser / 86_400)),
    other: otherWay(step, others),
  };
  return showForm(
    tenant,
    c,
    interaction,
    (form) =>
      factor === 'push' ? (
        <PushPage {...form} {...page} challenge={challenge ?? ''}>
          <SimulatedDeviceNote />
        </PushPage>
      ) : (
        <CodePage
          {...form}
          {...page}
          challenge={challenge}
          label={label}
          numeric={factor !== 'recovery-code'}
          submit="Continue"
          resend={resend}
        />
      ),
    { waits: factor === 'push' },
  );
}

/** Who is setting up a factor has the whole list; who has some, the others of them. */
function otherWay(step: MfaStep, others: readonly Authenticator[]) {
  if (step.requirement.enroll.length > 0) return { href: mfaPage(step, '/enroll'), text: 'Choose another way' };
  return others.length === 0 ? undefined : { href: mfaPage(step, '/options'), text: 'Try another way' };
}

async function showOptions(tenant: TenantContext, c: Context, step: MfaStep): Promise<Response> {
  const { interaction } = step;
  return showForm(tenant, c, interaction, async (form) => (
    <ChoicesPage
      {...form}
      action="/u/mfa/options"
      title="Confirm that it is you"
      lead="Choose how."
      choices={(await usableFactors(tenant, step)).map(choiceOf)}
      none="There is no way left. Ask whoever runs this tenant to remove your second factors."
    />
  ));
}

/** The list, with what went wrong. */
function optionsWith(tenant: TenantContext, { interaction }: MfaStep, { message }: OAuthError): Promise<string> {
  return keepRefusedForm(
    tenant,
    '/u/mfa/options',
    { state: interaction.id },
    { errors: { form: message }, status: 429 },
  );
}
