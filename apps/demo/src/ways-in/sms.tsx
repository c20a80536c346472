import { useAuth0 } from 'postern';
import { useState } from 'react';
import { useWaysIn } from './context.ts';
import { EnterCode } from './enter-code.tsx';
import { PhoneField, readPhoneNumber } from './phone-field.tsx';
import { FirstStep } from './step.tsx';
import { StepForm } from './step-form.tsx';

export function SmsWay() {
  const { sendSMSCode, authorizeWithSMS } = useAuth0();
  const { remember, lookForMessages } = useWaysIn();
  const [phoneNumber, setPhoneNumber] = useState<string>();

  const send = async (to: string) => {
    remember(to);
    await sendSMSCode({ phoneNumber: to, send: 'code' });
    lookForMessages();
  };

  if (phoneNumber !== undefined) {
    return (
      <EnterCode
        title="Enter the code from the message"
        sentTo={phoneNumber}
        calls="authorizeWithSMS()"
        onCode={(code) => authorizeWithSMS({ phoneNumber, code })}
        onResend={() => send(phoneNumber)}
        back="Use another number"
        onBack={() => setPhoneNumber(undefined)}
      />
    );
  }
  return (
    <FirstStep title="Log in by text message" calls="sendSMSCode(), then authorizeWithSMS()">
      <StepForm
        submit="Send me a code"
        work={async (read) => {
          const to = readPhoneNumber(read('phone'));
          await send(to);
          setPhoneNumber(to);
        }}
      >
        <PhoneField />
      </StepForm>
    </FirstStep>
  );
}
