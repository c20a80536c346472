import { type User, useAuth0 } from 'postern';
import { Avatar } from '../parts/avatar.tsx';

/** Tenants fill in the e-mail address where they know no name; shown once is enough. */
const displayName = ({ name, nickname, email }: User) => (name && name !== email ? name : (nickname ?? email));

const shown = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));

export function Profile() {
  const { user } = useAuth0();
  if (!user) return null;
  return (
    <section className="card">
      <div className="profile-head">
        <Avatar user={user} large />
        <div className="profile-text">
          <h1>{displayName(user)}</h1>
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
