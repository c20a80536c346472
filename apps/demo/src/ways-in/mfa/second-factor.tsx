import {
  type MfaAuthenticator,
  type MfaFactorType,
  type MfaRequiredErrorPayload,
  type MfaTotpEnrollmentChallenge,
  useAuth0,
} from 'postern';
import { useState } from 'react';
import { useWaysIn } from '../context.ts';
import { ChooseFactor } from './choose-factor.tsx';
import { describeAuthenticator, type Proof } from './factors.ts';
import { ProveCode, ProveRecoveryCode } from './prove.tsx';
import { SetUpApp } from './set-up-app.tsx';
import { type Destination, SetUpDestination } from './set-up-destination.tsx';
import { WaitForDevice } from './wait-for-device.tsx';

type Stage =
  | { readonly name: 'choose' | 'app-code' | 'recovery-code' }
  | { readonly name: 'set-up-app'; readonly enrollment: MfaTotpEnrollmentChallenge }
  | { readonly name: 'set-up-destination'; readonly factor: Destination['factor'] }
  | { readonly name: 'sent-code'; readonly oobCode: string; readonly sentTo: string }
  | { readonly name: 'device'; readonly oobCode: string; readonly barcodeUri?: string };

interface SecondFactorProps {
  required: MfaRequiredErrorPayload;
  /** `recoveryCode`: one to keep, when the login brought a new one. */
  onDone: (recoveryCode: string | undefined) => void;
  onCancel: () => void;
}

/** What `mfa_required` asks for: a proof by a factor that is there, or setting one up. */
export function SecondFactor({ required, onDone, onCancel }: SecondFactorProps) {
  const { mfa } = useAuth0();
  const { remember, lookForMessages } = useWaysIn();
  const [stage, setStage] = useState<Stage>({ name: 'choose' });
  const [recoveryCode, setRecoveryCode] = useState<string>();
  const { mfaToken } = required;
  const chooseAgain = () => setStage({ name: 'choose' });

  const verify = async (proof: Proof) => {
    const credentials = await mfa.verify({ mfaToken, ...proof });
    onDone(credentials.recoveryCode ?? recoveryCode);
  };

  const proveWith = async (authenticator: MfaAuthenticator) => {
    const { id, authenticatorType, name } = authenticator;
    if (authenticatorType === 'otp') return setStage({ name: 'app-code' });
    if (authenticatorType === 'recovery-code') return setStage({ name: 'recovery-code' });
    const { oobCode = '', bindingMethod } = await mfa.challenge({ mfaToken, authenticatorId: id });
    lookForMessages();
    const sentTo = name ?? describeAuthenticator(authenticator).title;
    setStage(bindingMethod === 'prompt' ? { name: 'sent-code', oobCode, sentTo } : { name: 'device', oobCode });
  };

  const setUp = async (factor: MfaFactorType) => {
    if (factor === 'sms' || factor === 'voice' || factor === 'email')
      return setStage({ name: 'set-up-destination', factor });
    const enrollment = await mfa.enroll({ mfaToken, factorType: factor });
    if (enrollment.type === 'recovery-code') throw new Error('The tenant set up something else than it was asked for.');
    setRecoveryCode(enrollment.recoveryCodes?.[0]);
    if (enrollment.type === 'totp') setStage({ name: 'set-up-app', enrollment });
    else if (enrollment.type === 'push') {
      lookForMessages();
      setStage({ name: 'device', oobCode: enrollment.oobCode ?? '', barcodeUri: enrollment.barcodeUri });
    }
  };

  const setUpDestination = async (destination: Destination) => {
    const { to, ...factor } = destination;
    remember(to);
    const enrollment = await mfa.enroll(
      factor.factor === 'email'
        ? { mfaToken, factorType: 'email', email: to }
        : { mfaToken, factorType: factor.factor, phoneNumber: to },
    );
    if (enrollment.type !== 'oob') throw new Error('The tenant set up something else than it was asked for.');
    setRecoveryCode(enrollment.recoveryCodes?.[0]);
    lookForMessages();
    setStage({ name: 'sent-code', oobCode: enrollment.oobCode, sentTo: to });
  };

  switch (stage.name) {
    case 'choose':
      return <ChooseFactor required={required} onUse={proveWith} onSetUp={setUp} onCancel={onCancel} />;
    case 'app-code':
      return (
        <ProveCode
          title="Enter the code of your app"
          hint="Six digits; a new one every half minute."
          onCode={(otp) => verify({ otp })}
          onBack={chooseAgain}
        />
      );
    case 'recovery-code':
      return <ProveRecoveryCode onCode={(code) => verify({ recoveryCode: code })} onBack={chooseAgain} />;
    case 'sent-code':
      return (
        <ProveCode
          title="Enter the code you were sent"
          hint={`It was sent to ${stage.sentTo}.`}
          onCode={(bindingCode) => verify({ oobCode: stage.oobCode, bindingCode })}
          onBack={chooseAgain}
        />
      );
    case 'set-up-app':
      return <SetUpApp enrollment={stage.enrollment} onCode={(otp) => verify({ otp })} onBack={chooseAgain} />;
    case 'set-up-destination':
      return <SetUpDestination factor={stage.factor} onDestination={setUpDestination} onBack={chooseAgain} />;
    case 'device':
      return (
        <WaitForDevice
          barcodeUri={stage.barcodeUri}
          ask={() => verify({ oobCode: stage.oobCode })}
          onBack={chooseAgain}
        />
      );
  }
}
