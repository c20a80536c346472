import {
  type AppState,
  Auth0Provider,
  type OAuthError,
  useAuth0,
  withAuthenticationRequired,
} from '@auth0/auth0-react';
import { type ReactNode, StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Link, Route, Routes, useNavigate, useParams } from 'react-router';
import { config } from '../config.ts';

/** A small app as the documentation of auth0-react has it. */

function AuthProvider({ children }: { children: ReactNode }) {
  const navigate = useNavigate();
  const goBack = (appState?: AppState) => navigate(appState?.returnTo ?? window.location.pathname, { replace: true });
  return (
    <Auth0Provider
      domain={config.domain}
      clientId={config.clientId}
      useRefreshTokens
      useRefreshTokensFallback
      cacheLocation="localstorage"
      authorizationParams={{
        redirect_uri: window.location.origin,
        audience: config.notes.audience,
        scope: `openid profile email ${config.notes.scope}`,
      }}
      onRedirectCallback={goBack}
    >
      {children}
    </Auth0Provider>
  );
}

function Header() {
  const { isAuthenticated, user, error, loginWithRedirect, loginWithPopup, logout } = useAuth0();
  const signUp = () => loginWithRedirect({ authorizationParams: { screen_hint: 'signup' } });
  return (
    <header>
      <Link to="/">Home</Link> <Link to="/account">My account</Link>
      {isAuthenticated ? (
        <p>
          Hello {user?.given_name}{' '}
          <button type="button" onClick={() => logout({ logoutParams: { returnTo: window.location.origin } })}>
            Log out
          </button>
        </p>
      ) : (
        <p>
          <button type="button" onClick={() => loginWithRedirect()}>
            Log in
          </button>{' '}
          <button type="button" onClick={() => loginWithPopup()}>
            Log in in a window
          </button>{' '}
          <button type="button" onClick={signUp}>
            Sign up
          </button>
        </p>
      )}
      {error && <p role="alert">{error.message}</p>}
    </header>
  );
}

/** A page for everybody, whose comments are for those who are signed in. */
function Note() {
  const { id } = useParams();
  const { loginWithRedirect, getAccessTokenSilently } = useAuth0();
  const [comments, setComments] = useState('');
  const [mustLogIn, setMustLogIn] = useState(false);

  async function loadComments() {
    try {
      const token = await getAccessTokenSilently();
      const response = await fetch(`${config.notes.url}/notes/${id}`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      setComments(await response.text());
    } catch (error) {
      if ((error as OAuthError).error !== 'login_required') throw error;
      setMustLogIn(true);
    }
  }

  return (
    <main>
      <h1>Note {id}</h1>
      <button type="button" onClick={loadComments}>
        Load the comments
      </button>
      {mustLogIn && (
        <button type="button" onClick={() => loginWithRedirect({ appState: { returnTo: window.location.pathname } })}>
          Log in to read them
        </button>
      )}
      <output>{comments}</output>
    </main>
  );
}

const Account = withAuthenticationRequired(
  function Account() {
    const { user, getIdTokenClaims, getAccessTokenSilently, createFetcher } = useAuth0();
    const [signedInAt, setSignedInAt] = useState<number>();
    const [shown, setShown] = useState('');

    useEffect(() => {
      void getIdTokenClaims().then((claims) => setSignedInAt(claims?.iat));
    }, [getIdTokenClaims]);

    async function listFiles() {
      const { audience, scope, url } = config.files;
      const token = await getAccessTokenSilently({ authorizationParams: { audience, scope } });
      const response = await fetch(`${url}/files`, { headers: { Authorization: `Bearer ${token}` } });
      setShown(await response.text());
    }

    async function listNotes() {
      const fetcher = createFetcher({ baseUrl: config.notes.url });
      const { audience, scope } = config.notes;
      const response = await fetcher.fetchWithAuth('/notes/mine', undefined, { audience, scope: [scope] });
      setShown(await response.text());
    }

    return (
      <main>
        <h1>{user?.name}</h1>
        <p id="email">
          {user?.email} ({user?.email_verified ? 'verified' : 'not verified'})
        </p>
        <p id="roles">{user?.['https://example.com/roles'].join(', ')}</p>
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
  },
  { onRedirecting: () => <p>To the login page …</p> },
);

function App() {
  const { isLoading } = useAuth0();
  if (isLoading) return <p>Loading …</p>;
  return (
    <>
      <Header />
      <Routes>
        <Route path="/" element={<Link to="/notes/7">Note 7</Link>} />
        <Route path="/notes/:id" element={<Note />} />
        <Route path="/account" element={<Account />} />
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
