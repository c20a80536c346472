/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../../context.ts';
import { isBeingEnrolled } from '../../../mfa/factors/enrollment.ts';
import { factorType } from '../../../mfa/factors/factor-types.ts';
import {
  confirmEnrollment,
  type EnrollmentRequest,
  type FactorName,
  startEnrollment,
} from '../../../mfa/factors/index.ts';
import { awaitsRecoveryCode, handOutRecoveryCode } from '../../../mfa/hand-out-recovery-code.ts';
import { AddressPage } from '../../../pages/mfa/address-page.tsx';
import { type Choice, ChoicesPage } from '../../../pages/mfa/choices-page.tsx';
import { keepRefusedForm, returnToForm } from '../refused-form.ts';
import { showForm } from '../show-form.ts';
import { readProof } from './challenge.tsx';
import { describeAddress, factorTexts } from './factor-texts.tsx';
import { showFirstProof } from './first-proof.tsx';
import {
  askFor,
  explainRefusal,
  findAsked,
  finishStep,
  type MfaStep,
  mfaPage,
  missingCodeText,
  orRefuse,
  usableFactors,
  withStep,
  withStepForm,
} from './step.ts';

const newFactor = '/mfa/enroll/:factor{(?:otp|sms|voice|email|push)}';

/** The pages on which a person sets up the first factor. */
export function enrollRoutes(tenant: TenantContext): Hono {
  const app = new Hono();
  /** Only who has no factor yet sets one up here. */
  const mayEnroll = (step: MfaStep) => step.requirement.enroll.length > 0;

  app.get('/mfa/enroll', (c) =>
    withStep(tenant, c, (step) =>
      mayEnroll(step) ? showFactors(tenant, c, step) : c.redirect(mfaPage(step, ''), 302),
    ),
  );

  app.post('/mfa/enroll', (c) =>
    withStepForm(tenant, c, async (step, form) => {
      const owned = (await usableFactors(tenant, step)).find(({ id }) => id === form.authenticator);
      const wanted = form.factor === 'otp' || form.factor === 'push' ? form.factor : undefined;
      if (owned === undefined && wanted === undefined) return c.redirect(mfaPage(step, '/enroll'), 303);
      return orRefuse(
        tenant,
        step,
        async () =>
          owned === undefined
            ? begin(tenant, c, step, { factor: wanted ?? 'otp' })
            : c.redirect(await askFor(tenant, step, owned), 303),
        async (error) =>
          c.redirect(await factorsWith(tenant, step, error.message, error.status === 429 ? 429 : 400), 303),
      );
    }),
  );

  app.get('/mfa/enroll/:kind{(?:new-phone|new-email)}', (c) =>
    withStep(tenant, c, (step) =>
      mayEnroll(step) ? showAddress(tenant, c, step) : c.redirect(mfaPage(step, ''), 302),
    ),
  );

  app.post('/mfa/enroll/:kind{(?:new-phone|new-email)}', (c) =>
    withStepForm(tenant, c, async (step, form) => {
      const address = (form.address ?? '').trim();
      const again = (refusal: Parameters<typeof returnToForm>[3]) =>
        returnToForm(tenant, c, { state: step.interaction.id }, { values: { address }, ...refusal });
      const isPhone = c.req.param('kind') === 'new-phone';
      const request: EnrollmentRequest = isPhone
        ? { factor: form.action === 'voice' ? 'voice' : 'sms', phoneNumber: address }
        : { factor: 'email', email: address };
      return orRefuse(
        tenant,
        step,
        () => begin(tenant, c, step, request),
        (error) =>
          error.error === 'invalid_request'
            ? again({ errors: { fields: { address: isPhone ? badNumberText : badAddressText } } })
            : again({ errors: { form: error.message }, status: error.status === 429 ? 429 : 400 }),
      );
    }),
  );

  app.get(newFactor, (c) =>
    withStep(tenant, c, async (step) => {
      const found = await findPending(tenant, step, c.req.param('factor') as FactorName, c.req.query('challenge'));
      if (found === undefined) return c.redirect(mfaPage(step, '/enroll'), 302);
      return showFirstProof(tenant, c, step, found);
    }),
  );

  app.post(newFactor, (c) =>
    withStepForm(tenant, c, async (step, form) => {
      const factor = c.req.param('factor') as FactorName;
      const found = await findPending(tenant, step, factor, form.challenge);
      if (found === undefined) return c.redirect(await factorsWith(tenant, step, overText), 303);
      const { challenge, isOver, authenticator } = found;
      const key = { state: step.interaction.id, ...(challenge === undefined ? {} : { challenge }) };
      const again = (refusal: Parameters<typeof returnToForm>[3]) => returnToForm(tenant, c, key, refusal);
      if (form.action === 'resend') {
        const { phoneNumber, email } = authenticator;
        const request = { factor: factor as EnrollmentRequest['factor'], phoneNumber, email };
        return orRefuse(
          tenant,
          step,
          () => begin(tenant, c, step, request),
          (error) => again({ errors: { form: error.message }, status: 429 }),
        );
      }
      const proof = readProof(form, factor, challenge);
      if (proof === undefined) return again({ errors: { fields: { code: missingCodeText(factor) } } });
      return orRefuse(
        tenant,
        step,
        async () => {
          const isFirst = await awaitsRecoveryCode(tenant, step.user);
          const verified = await confirmEnrollment(tenant, step.party, proof);
          const code = isFirst ? await handOutRecoveryCode(tenant, step.user) : undefined;
          return finishStep(tenant, c, step, verified, { code });
        },
        (error) => again(explainRefusal(error, factor, isOver)),
      );
    }),
  );

  return app;
}

const badNumberText = 'Enter the number with its country code, like +1 555 010 8730.';
const overText = 'What you began was replaced, or took too long. Choose again.';
const badAddressText = 'Enter an email address, like name@example.com.';

/** Begins to set a factor up and goes to the page that takes its first proof. */
async function begin(tenant: TenantContext, c: Context, step: MfaStep, request: EnrollmentRequest): Promise<Response> {
  const { oobCode } = await startEnrollment(tenant, step.party, request);
  const query = oobCode === undefined ? {} : { challenge: oobCode };
  return c.redirect(mfaPage(step, `/enroll/${request.factor}`, query), 303);
}

/** The authenticator that waits for its first proof in this login. */
async function findPending(tenant: TenantContext, step: MfaStep, factor: FactorName, challenge: string | undefined) {
  const stored = await tenant.store.authenticators.list(step.user.id);
  const pending = (await isBeingEnrolled(tenant, step.party, stored)).filter((one) => one.factor === factor);
  if (factor === 'otp') {
    const [authenticator] = pending;
    return authenticator && { factor, authenticator, challenge: undefined, isOver: false };
  }
  const asked = await findAsked(tenant, step, factor, challenge);
  const authenticator = pending.find(({ id }) => id === asked?.authenticatorId);
  return authenticator && asked && { factor, authenticator, challenge, isOver: asked.isOver };
}

async function showFactors(tenant: TenantContext, c: Context, step: MfaStep): Promise<Response> {
  const { interaction } = step;
  return showForm(tenant, c, interaction, async (form) => (
    <ChoicesPage
      {...form}
      action="/u/mfa/enroll"
      title="Secure your account"
      lead={
        <>
          <strong>{interaction.client.name}</strong> asks for a second step after your password. Choose one to set up.
        </>
      }
      choices={await findChoices(tenant, step)}
      none="This tenant has no second factor that you could set up."
    />
  ));
}

/** A verified address is proved by a code at once; everything else is set up first. */
async function findChoices(tenant: TenantContext, step: MfaStep): Promise<Choice[]> {
  const { factors } = tenant.registry.config.mfa;
  const offers = (factor: FactorName) =>
    factors.includes(factor) && (factor === 'email' || step.requirement.enroll.includes(factorType(factor)));
  const mail = (await usableFactors(tenant, step)).find(({ factor }) => factor === 'email');
  const row = (factor: FactorName, detail: string | undefined, to: Choice['to']): Choice => {
    const { symbol, name } = factorTexts[factor];
    return { symbol, name, detail, to };
  };
  return [
    ...(offers('otp') ? [row('otp', 'Codes that work offline', { field: 'factor', value: 'otp' })] : []),
    ...(offers('push') ? [row('push', 'A notification to approve', { field: 'factor', value: 'push' })] : []),
    ...(offers('sms') || offers('voice')
      ? [{ ...row('sms', 'A text message or a call', { href: mfaPage(step, '/enroll/new-phone') }), name: 'Phone' }]
      : []),
    ...(!offers('email')
      ? []
      : mail === undefined
        ? [row('email', 'A code to your address', { href: mfaPage(step, '/enroll/new-email') })]
        : [row('email', `A code to ${describeAddress(mail)}`, { field: 'authenticator', value: mail.id })]),
  ];
}

async function showAddress(tenant: TenantContext, c: Context, step: MfaStep): Promise<Response> {
  const { interaction, user } = step;
  const { factors } = tenant.registry.config.mfa;
  const kind = c.req.param('kind') === 'new-phone' ? 'phone' : 'email';
  const known = kind === 'phone' ? user.phoneNumber : user.email;
  return showForm(tenant, c, interaction, (form, values) => (
    <AddressPage
      {...form}
      kind={kind}
      value={values.address ?? known}
      texts={factors.includes('sms')}
      calls={factors.includes('voice')}
      backTo={mfaPage(step, '/enroll')}
    />
  ));
}

/** The list of factors, with what went wrong. */
function factorsWith(
  tenant: TenantContext,
  { interaction }: MfaStep,
  form: string,
  status: 400 | 429 = 400,
): Promise<string> {
  return keepRefusedForm(tenant, '/u/mfa/enroll', { state: interaction.id }, { errors: { form }, status });
}
