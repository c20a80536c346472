import { decodeJwt } from 'jose';
import { Auth0Provider, createFetch, isCredentialsManagerError, isWebAuthError, safeReturnTo, useAuth0 } from 'postern';
import { type ReactNode, StrictMode, useEffect, useMemo, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Link, Route, Routes, useLocation, useNavigate, useParams } from 'react-router';
import { config } from '../config.ts';

/** The same app after docs/migrate.md. */

function AuthProvider({ children }: { children: ReactNode }) {
  const navigate = useNavigate();
  const goBack = (appState: unknown) => {
    const { returnTo } = (appState ?? {}) as { returnTo?: unknown };
    void navigate(safeReturnTo(returnTo) ?? window.location.pathname, { replace: true });
  };
  return (
    <Auth0Provider
      domain={config.domain}
      clientId={config.clientId}
      cacheLocation="localstorage"
      useDPoP={false}
      audience={config.notes.audience}
      scope={`openid profile email ${config.notes.scope}`}
      onRedirectCallback={goBack}
    >
      {children}
    </Auth0Provider>
  );
}

/** What went wrong is in `error`, and shown by the header. */
const ignore = () => undefined;

function Header() {
  const { user, error, authorize, clearSession } = useAuth0();
  const logIn = () => authorize().catch(ignore);
  const logInInWindow = () => authorize({}, { mode: 'popup' }).catch(ignore);
  const signUp = () => authorize({ additionalParameters: { screen_hint: 'signup' } }).catch(ignore);
  return (
    <header>
      <Link to="/">Home</Link> <Link to="/account">My account</Link>
      {user ? (
        <p>
          Hello {user.givenName}{' '}
          <button type="button" onClick={() => clearSession({ returnToUrl: window.location.origin }).catch(ignore)}>
            Log out
          </button>
        </p>
      ) : (
        <p>
          <button type="button" onClick={logIn}>
            Log in
          </button>{' '}
          <button type="button" onClick={logInInWindow}>
            Log in in a window
          </button>{' '}
          <button type="button" onClick={signUp}>
            Sign up
          </button>
        </p>
      )}
      {isWebAuthError(error) && <p role="alert">{error.message}</p>}
    </header>
  );
}

/** A page for everybody, whose comments are for those who are signed in. */
function Note() {
  const { id } = useParams();
  const { authorize, getCredentials } = useAuth0();
  const [comments, setComments] = useState('');
  const [mustLogIn, setMustLogIn] = useState(false);

  async function loadComments() {
    try {
      const { accessToken } = await getCredentials();
      const response = await fetch(`${config.notes.url}/notes/${id}`, {
        headers: { Authorization: `Bearer ${accessToken}` },
      });
      setComments(await response.text());
    } catch (error) {
      if (!isCredentialsManagerError(error) || error.type !== 'NO_CREDENTIALS') throw error;
      setMustLogIn(true);
    }
  }

  const logIn = () => authorize({ appState: { returnTo: window.location.pathname } }).catch(ignore);
  return (
    <main>
      <h1>Note {id}</h1>
      <button type="button" onClick={loadComments}>
        Load the comments
      </button>
      {mustLogIn && (
        <button type="button" onClick={logIn}>
          Log in to read them
        </button>
      )}
      <output>{comments}</output>
    </main>
  );
}

function RequireLogin({ children }: { children: ReactNode }) {
  const { user, isLoading, authorize } = useAuth0();
  const { pathname, search } = useLocation();
  const wasSignedIn = useRef(false);
  useEffect(() => {
    if (user) wasSignedIn.current = true;
    else if (!isLoading && !wasSignedIn.current)
      authorize({ appState: { returnTo: pathname + search } }).catch(() => undefined);
  }, [user, isLoading, authorize, pathname, search]);
  if (user) return children;
  return <p>{wasSignedIn.current ? 'You are signed out.' : 'To the login page …'}</p>;
}

function Account() {
  const { user, getCredentials, getApiCredentials, getDPoPHeaders } = useAuth0<{
    'https://example.com/roles'?: string[];
  }>();
  const [signedInAt, setSignedInAt] = useState<number>();
  const [shown, setShown] = useState('');
  const fetchNotes = useMemo(
    () => createFetch({ getCredentials, getApiCredentials, getDPoPHeaders }, { apis: [{ origin: config.notes.url }] }),
    [getCredentials, getApiCredentials, getDPoPHeaders],
  );

  useEffect(() => {
    void getCredentials().then(({ idToken }) => setSignedInAt(decodeJwt(idToken).iat));
  }, [getCredentials]);

  async function listFiles() {
    const { audience, scope, url } = config.files;
    const { accessToken } = await getApiCredentials(audience, scope);
    const response = await fetch(`${url}/files`, { headers: { Authorization: `Bearer ${accessToken}` } });
    setShown(await response.text());
  }

  async function listNotes() {
    const response = await fetchNotes(`${config.notes.url}/notes/mine`);
    setShown(await response.text());
  }

  return (
    <main>
      <h1>{user?.name}</h1>
      <p id="email">
        {user?.email} ({user?.emailVerified ? 'verified' : 'not verified'})
      </p>
      <p id="roles">{user?.['https://example.com/roles']?.join(', ')}</p>
      {signedInAt && <p id="since">Signed in {new Date(signedInAt * 1000).toDateString()}</p>}
      <button type="button" onClick={listFiles}>
        My files
      </button>
      <button type="button" onClick={listNotes}>
        My notes
      </button>
      <output>{shown}</output>
    </main>
  );
}

function App() {
  const { isLoading } = useAuth0();
  if (isLoading) return <p>Loading …</p>;
  const account = (
    <RequireLogin>
      <Account />
    </RequireLogin>
  );
  return (
    <>
      <Header />
      <Routes>
        <Route path="/" element={<Link to="/notes/7">Note 7</Link>} />
        <Route path="/notes/:id" element={<Note />} />
        <Route path="/account" element={account} />
      </Routes>
    </>
  );
}

createRoot(document.body.appendChild(document.createElement('div'))).render(
  <StrictMode>
    <BrowserRouter>
      <AuthProvider>
        <App />
      </AuthProvider>
    </BrowserRouter>
  </StrictMode>,
);
