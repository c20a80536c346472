import { useAuth0 } from 'postern';
import { useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'react-router';
import { Loading } from '../parts/loading.tsx';

/** Where a native app opens the web app: an ordinary login, that brings the session transfer token along. */
export function FromApp() {
  const { authorize, error } = useAuth0();
  const [query] = useSearchParams();
  const token = query.get('session_transfer_token');
  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current || !token) return;
    hasBegun.current = true;
    window.history.replaceState(window.history.state, '', window.location.pathname);
    // A failure is shown by the banner, from `error`.
    authorize({
      appState: { returnTo: '/ways-in' },
      additionalParameters: { session_transfer_token: token },
    }).catch(() => undefined);
  }, [authorize, token]);
  return (
    <section className="card centred">
      <h1>Coming from the app</h1>
      {token && !error ? (
        <Loading label="Signing you in" />
      ) : (
        <p>
          The address brought nothing to sign in with. <Link to="/ways-in">See the ways in</Link>.
        </p>
      )}
    </section>
  );
}
