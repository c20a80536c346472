import { useAuth0 } from 'postern';
import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Loading } from '../parts/loading.tsx';
import { finishLink } from './email-link.ts';
import { Problem } from './problem.tsx';
import { Step } from './step.tsx';
import './ways-in.css';

/** Where the link in a mail ends. The code in the address is spent once and does not stay there. */
export function LinkArrival() {
  const { authorizeWithExchange } = useAuth0();
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<unknown>();
  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current) return;
    hasBegun.current = true;
    const arrive = async () => {
      try {
        await authorizeWithExchange(finishLink(query));
        await navigate('/ways-in', { replace: true });
      } catch (error) {
        setProblem(error);
        window.history.replaceState(window.history.state, '', window.location.pathname);
      }
    };
    void arrive();
  }, [authorizeWithExchange, query, navigate]);
  return (
    <div className="ways-in">
      <h1>Ways in</h1>
      <Step title="Coming in by a link" calls="authorizeWithExchange()">
        {problem === undefined ? <Loading label="Trading the code for tokens" /> : <Problem error={problem} />}
        {problem !== undefined && (
          <p>
            <Link to="/ways-in/email">Ask for a new link</Link>
          </p>
        )}
      </Step>
    </div>
  );
}
