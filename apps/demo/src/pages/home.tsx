import { useAuth0 } from 'postern';
import { Link } from 'react-router';
import { sampleLogin } from '../config.ts';
import { useLogin } from '../use-login.ts';

function SampleLogin() {
  if (!sampleLogin) return null;
  const [email, password] = sampleLogin;
  return (
    <aside className="card sample" aria-label="Sample login">
      <h2>Nothing to set up</h2>
      <p>The tenant runs on this machine and knows one person already. Or sign up: its mail stays here, too.</p>
      <dl className="pairs">
        <dt>E-mail</dt>
        <dd>
          <code>{email}</code>
        </dd>
        <dt>Password</dt>
        <dd>
          <code>{password}</code>
        </dd>
      </dl>
    </aside>
  );
}

function SignedOut() {
  const { login, isLeaving } = useLogin('/notes');
  return (
    <div className="hero">
      <section>
        <p className="eyebrow">Postern demo</p>
        <h1>Notes, behind a small door of your own.</h1>
        <p className="lead">
          A real app in a few files: people sign in on a hosted page, their notes live behind an API that checks every
          token, and a reload forgets nothing.
        </p>
        <div className="actions">
          <button type="button" className="button primary" onClick={() => login()} disabled={isLeaving}>
            Sign in
          </button>
          <button type="button" className="button" onClick={() => login('signup')} disabled={isLeaving}>
            Create an account
          </button>
          <Link to="/ways-in" className="button quiet">
            Other ways in
          </Link>
        </div>
      </section>
      <SampleLogin />
    </div>
  );
}

const rooms = [
  { to: '/notes', title: 'Notes', text: 'Write something. The API checks the token, and that you hold its key.' },
  { to: '/profile', title: 'Profile', text: 'Who the ID token says you are.' },
  { to: '/tokens', title: 'Tokens', text: 'What is held and for how long. Refresh it, expire it, break it.' },
  { to: '/files', title: 'Files', text: 'A second API, and a token of its own from the same login.' },
  { to: '/ways-in', title: 'Ways in', text: 'Passwords, codes, links and second factors from the app’s own forms.' },
];

function SignedIn({ name }: { name: string }) {
  return (
    <section>
      <h1>Welcome, {name}</h1>
      <ul className="rooms">
        {rooms.map(({ to, title, text }) => (
          <li key={to}>
            <Link to={to} className="card">
              <h2>{title}</h2>
              <p>{text}</p>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Home() {
  const { user } = useAuth0();
  return user ? <SignedIn name={user.givenName ?? user.nickname ?? user.name ?? 'friend'} /> : <SignedOut />;
}
