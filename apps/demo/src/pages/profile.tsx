import { useAuth0 } from 'postern';
import { Avatar } from '../parts/avatar.tsx';

const shown = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));

export function Profile() {
  const { user } = useAuth0();
  if (!user) return null;
  return (
    <section className="card">
      <div className="profile-head">
        <Avatar user={user} large />
        <div className="profile-text">
          <h1>{user.name ?? user.email}</h1>
          <p>
            {user.email}{' '}
            <span className={user.emailVerified ? 'badge good' : 'badge'}>
              {user.emailVerified ? 'verified' : 'not verified'}
            </span>
          </p>
        </div>
      </div>
      <h2>What the ID token says</h2>
      <dl className="pairs wide">
        {Object.entries(user).map(([claim, value]) => (
          <div key={claim}>
            <dt>{claim}</dt>
            <dd>{shown(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
