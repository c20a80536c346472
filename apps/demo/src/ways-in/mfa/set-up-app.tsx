import type { MfaTotpEnrollmentChallenge } from 'postern';
import { CopyButton } from '../copy-button.tsx';
import { QrCode } from '../qr-code.tsx';
import { Step } from '../step.tsx';
import { CodeField, StepForm } from '../step-form.tsx';
import { AnotherWay } from './prove.tsx';

interface SetUpAppProps {
  enrollment: MfaTotpEnrollmentChallenge;
  onCode: (code: string) => Promise<unknown>;
  onBack: () => void;
}

/** The factor counts once a code of the app has proved that it got the secret. */
export function SetUpApp({ enrollment: { barcodeUri, secret }, onCode, onBack }: SetUpAppProps) {
  return (
    <Step title="Set up an authenticator app" calls="mfa.enroll(), mfa.verify()">
      <div className="set-up">
        <QrCode text={barcodeUri} label="QR code for your authenticator app" />
        <div>
          <p>
            Scan this with an authenticator app, or <a href={barcodeUri}>open it in one on this device</a>. The app can
            also be told the secret:
          </p>
          <p className="secret">
            <code>{secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code> <CopyButton text={secret} what="secret" />
          </p>
        </div>
      </div>
      <StepForm submit="Go on" work={(read) => onCode(read('code'))} more={<AnotherWay onBack={onBack} />}>
        <CodeField hint="The six digits that the app shows now." />
      </StepForm>
    </Step>
  );
}
