import { useAuth0 } from 'postern';
import { useEffect } from 'react';
import { NavLink, Outlet, ScrollRestoration, useLocation, useMatches } from 'react-router';
import { Avatar } from './parts/avatar.tsx';
import { ErrorBanner } from './parts/error-banner.tsx';
import { Loading } from './parts/loading.tsx';
import { useLogin } from './use-login.ts';

const pages = [
  { to: '/notes', label: 'Notes' },
  { to: '/profile', label: 'Profile' },
  { to: '/tokens', label: 'Tokens' },
  { to: '/files', label: 'Files' },
];
const waysIn = { to: '/ways-in', label: 'Ways in' };

function Account() {
  const { user, isLoading, clearSession } = useAuth0();
  const location = useLocation();
  const here = `${location.pathname}${location.search}${location.hash}`;
  const { login, isLeaving } = useLogin(location.pathname === '/' ? '/notes' : here);
  if (isLoading) return null;
  if (!user) {
    return (
      <button type="button" className="button primary small" onClick={() => login()} disabled={isLeaving}>
        Sign in
      </button>
    );
  }
  return (
    <div className="account">
      <Avatar user={user} />
      <button
        type="button"
        className="button small"
        // A failure is shown by the banner, from `error`.
        onClick={() => clearSession().catch(() => undefined)}
      >
        Sign out
      </button>
    </div>
  );
}

/** The innermost page that has a title (`handle` of the routes) names the browser's tab, and what a screen reader says first. */
function useTitle() {
  const titles = useMatches().flatMap(({ handle }) =>
    typeof handle === 'object' && handle !== null && 'title' in handle ? [String(handle.title)] : [],
  );
  const title = [...titles.slice(-1), 'Postern demo'].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}

export function App() {
  const { user, isLoading } = useAuth0();
  useTitle();
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="top">
        <div className="top-inner">
          <NavLink to="/" className="brand">
            <img src="/door.svg" alt="" width="28" height="28" />
            Notes
          </NavLink>
          <nav aria-label="Pages">
            {[...(user ? pages : []), waysIn].map(({ to, label }) => (
              <NavLink key={to} to={to}>
                {label}
              </NavLink>
            ))}
          </nav>
          <Account />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <ErrorBanner />
        {isLoading ? <Loading label="Looking for your session" /> : <Outlet />}
      </main>
      <footer>
        A demo of <strong>Postern</strong>: sign-in for TypeScript apps.
      </footer>
      <ScrollRestoration />
    </>
  );
}
