import { isAuthError } from 'postern';
import { useEffect, useRef, useState } from 'react';
import { Loading } from '../../parts/loading.tsx';
import { Problem } from '../problem.tsx';
import { QrCode } from '../qr-code.tsx';
import { Step } from '../step.tsx';
import { AnotherWay } from './prove.tsx';

const pollEvery = 2_000;
const slowDownBy = 5_000;

/** Asks until the person has answered on the device. `problem`: the answer was no, or it came too late. */
function usePolling(ask: () => Promise<unknown>) {
  const [problem, setProblem] = useState<unknown>();
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let isCurrent = true;
    const poll = async (pause: number) => {
      try {
        await latest.current();
      } catch (error) {
        if (!isCurrent) return;
        const code = isAuthError(error) ? error.code : undefined;
        if (code === 'authorization_pending') timer = setTimeout(poll, pause, pause);
        else if (code === 'slow_down') timer = setTimeout(poll, pause + slowDownBy, pause + slowDownBy);
        else setProblem(error);
      }
    };
    timer = setTimeout(poll, pollEvery, pollEvery);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, []);
  return problem;
}

interface WaitForDeviceProps {
  /** Shown to be scanned, when the device is being set up. */
  barcodeUri: string | undefined;
  ask: () => Promise<unknown>;
  onBack: () => void;
}

export function WaitForDevice({ barcodeUri, ask, onBack }: WaitForDeviceProps) {
  const problem = usePolling(ask);
  return (
    <Step title="Answer on your device" calls="mfa.verify(), until it is answered">
      {barcodeUri && <QrCode text={barcodeUri} label="QR code for your device" />}
      <p>A question is waiting there. The local tenant’s device is simulated: answer it among your messages.</p>
      {problem === undefined ? <Loading label="Waiting for your answer" /> : <Problem error={problem} />}
      <div className="actions">
        <AnotherWay onBack={onBack} />
      </div>
    </Step>
  );
}
