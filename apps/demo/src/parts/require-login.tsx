import { useAuth0 } from 'postern';
import { Outlet, useLocation } from 'react-router';
import { useLogin } from '../use-login.ts';

/** Pages behind the door. A deep link survives the login, query and hash included. */
export function RequireLogin() {
  const { user } = useAuth0();
  const { pathname, search, hash } = useLocation();
  const { login, isLeaving } = useLogin(`${pathname}${search}${hash}`);
  if (user) return <Outlet />;
  return (
    <section className="card centred">
      <h1>Sign in to go on</h1>
      <p>This page is yours alone. After signing in you come back to exactly where you are now.</p>
      <div className="actions">
        <button type="button" className="button primary" onClick={() => login()} disabled={isLeaving}>
          Sign in to continue
        </button>
      </div>
    </section>
  );
}
