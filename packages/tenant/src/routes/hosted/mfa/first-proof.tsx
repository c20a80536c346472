/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import type { TenantContext } from '../../../context.ts';
import type { FactorName } from '../../../mfa/factors/index.ts';
import { otpKeyUri } from '../../../mfa/factors/otp.ts';
import { push } from '../../../mfa/factors/push.ts';
import { CodePage } from '../../../pages/mfa/code-page.tsx';
import { PushPage, SimulatedDeviceNote } from '../../../pages/mfa/push-page.tsx';
import { QrCode, SetupKey } from '../../../pages/mfa/qr-code.tsx';
import { renderPage } from '../../../pages/render-page.tsx';
import { csrfToken } from '../../../sessions/interactions.ts';
import type { Authenticator } from '../../../store/store.ts';
import { frameOf } from '../forms.tsx';
import { readRefusedForm } from '../refused-form.ts';
import { factorTexts, leadOf } from './factor-texts.tsx';
import { type MfaStep, mfaPage } from './step.ts';

interface Pending {
  readonly factor: FactorName;
  readonly authenticator: Authenticator;
  readonly challenge: string | undefined;
}

/** The page that takes the first proof of a factor: the picture to scan, or the code that was sent. */
export async function showFirstProof(
  tenant: TenantContext,
  c: Context,
  step: MfaStep,
  { factor, authenticator, challenge }: Pending,
): Promise<Response> {
  const { interaction, user } = step;
  const refused = await readRefusedForm(tenant, c);
  const page = {
    frame: frameOf(tenant, interaction),
    state: interaction.id,
    csrf: await csrfToken(tenant, c, interaction),
    action: `/u/mfa/enroll/${factor}`,
    other: { href: mfaPage(step, '/enroll'), text: 'Choose another way' },
    errors: refused?.errors,
  };
  const options = { status: refused?.status ?? 200, formAction: interaction.redirectOrigin } as const;
  if (factor === 'push') {
    const uri = push.barcodeUri?.(tenant, user, { authenticator, oobCode: challenge }) ?? '';
    return renderPage(
      c,
      <PushPage
        {...page}
        title="Set up your device"
        lead="Scan this with the device, and approve the request there."
        challenge={challenge ?? ''}
      >
        <QrCode picture={await drawQrCode(uri)} alt="QR code that links a device to your account" />
        <SimulatedDeviceNote />
      </PushPage>,
      { ...options, waits: true },
    );
  }
  if (factor === 'otp') {
    const { secret = '' } = authenticator;
    const uri = otpKeyUri(tenant, user, secret);
    return renderPage(
      c,
      <CodePage
        {...page}
        title="Set up your authenticator app"
        lead="Scan this picture with the app, then enter the code it shows."
        label={factorTexts.otp.label}
        submit="Finish"
      >
        <QrCode picture={await drawQrCode(uri)} alt="QR code with the setup key for your authenticator app" />
        <SetupKey secret={secret} uri={uri} />
      </CodePage>,
      options,
    );
  }
  const { title, label, resend } = factorTexts[factor];
  return renderPage(
    c,
    <CodePage
      {...page}
      title={title}
      lead={leadOf(authenticator)}
      label={label}
      challenge={challenge}
      submit="Finish"
      resend={resend}
    />,
    options,
  );
}

/** Loaded when the first picture is due: a start does without it. */
async function drawQrCode(text: string): Promise<string> {
  const { toString: draw } = await import('qrcode');
  const svg = await draw(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
