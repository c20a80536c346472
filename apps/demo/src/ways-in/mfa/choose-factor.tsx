import { type MfaAuthenticator, type MfaFactorType, type MfaRequiredErrorPayload, useAuth0 } from 'postern';
import { useEffect, useState } from 'react';
import { Loading } from '../../parts/loading.tsx';
import { Problem } from '../problem.tsx';
import { Step } from '../step.tsx';
import { useAttempt } from '../use-attempt.ts';
import { type Choice, describeAuthenticator, listEnrollable } from './factors.ts';

/** What the person has set up, once the tenant has said. */
function useAuthenticators(mfaToken: string) {
  const { mfa } = useAuth0();
  const [authenticators, setAuthenticators] = useState<MfaAuthenticator[]>();
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    let isCurrent = true;
    mfa.getAuthenticators({ mfaToken }).then(
      (found) => isCurrent && setAuthenticators(found.filter(({ active }) => active)),
      (error: unknown) => isCurrent && setProblem(error),
    );
    return () => {
      isCurrent = false;
    };
  }, [mfa, mfaToken]);
  return { authenticators, problem };
}

function ChoiceButton({ title, detail, onClick }: Choice & { onClick: () => void }) {
  return (
    <li>
      <button type="button" className="choice" onClick={onClick}>
        <strong>{title}</strong>
        <span>{detail}</span>
      </button>
    </li>
  );
}

interface ChooseFactorProps {
  required: MfaRequiredErrorPayload;
  onUse: (authenticator: MfaAuthenticator) => Promise<unknown>;
  onSetUp: (factor: MfaFactorType) => Promise<unknown>;
  onCancel: () => void;
}

export function ChooseFactor({ required, onUse, onSetUp, onCancel }: ChooseFactorProps) {
  const { authenticators, problem: listProblem } = useAuthenticators(required.mfaToken);
  const { attempt, problem } = useAttempt();
  const setUps = listEnrollable(required.mfaRequirements);
  return (
    <Step title="One more step" calls="mfa.getAuthenticators(), mfa.challenge(), mfa.enroll()">
      <p>
        {setUps.length === 0
          ? 'You gave the right answer so far. Prove once more that it is you.'
          : 'A second factor is asked for. Set one up now; you will need it again.'}
      </p>
      {!authenticators && listProblem === undefined && <Loading label="Looking up your factors" />}
      {authenticators && authenticators.length > 0 && (
        <ul className="choices" aria-label="Your factors">
          {authenticators.map((one) => (
            <ChoiceButton key={one.id} {...describeAuthenticator(one)} onClick={() => attempt(() => onUse(one))} />
          ))}
        </ul>
      )}
      {setUps.length > 0 && (
        <ul className="choices" aria-label="Factors to set up">
          {setUps.map(({ factor, ...choice }) => (
            <ChoiceButton key={factor} {...choice} onClick={() => attempt(() => onSetUp(factor))} />
          ))}
        </ul>
      )}
      <Problem error={listProblem ?? problem} />
      <div className="actions">
        <button type="button" className="button quiet" onClick={onCancel}>
          Not now
        </button>
      </div>
    </Step>
  );
}
