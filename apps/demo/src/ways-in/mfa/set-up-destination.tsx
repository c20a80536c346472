import { PhoneField, readPhoneNumber } from '../phone-field.tsx';
import { Step } from '../step.tsx';
import { Field, StepForm } from '../step-form.tsx';
import { AnotherWay } from './prove.tsx';

/** Where codes are to go. */
export interface Destination {
  readonly factor: 'sms' | 'voice' | 'email';
  readonly to: string;
}

const titles = {
  sms: 'Set up text messages',
  voice: 'Set up calls',
  email: 'Set up codes by e-mail',
} as const;

interface SetUpDestinationProps {
  factor: Destination['factor'];
  onDestination: (destination: Destination) => Promise<unknown>;
  onBack: () => void;
}

export function SetUpDestination({ factor, onDestination, onBack }: SetUpDestinationProps) {
  return (
    <Step title={titles[factor]} calls="mfa.enroll()" focus="field">
      <StepForm
        submit="Send me a code"
        work={(read) =>
          onDestination({ factor, to: factor === 'email' ? read('email') : readPhoneNumber(read('phone')) })
        }
        more={<AnotherWay onBack={onBack} />}
      >
        {factor === 'email' ? (
          <Field label="E-mail address" name="email" type="email" autoComplete="email" isRetried />
        ) : (
          <PhoneField />
        )}
      </StepForm>
    </Step>
  );
}
