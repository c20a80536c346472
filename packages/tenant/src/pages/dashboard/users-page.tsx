/** @jsxImportSource hono/jsx */
import type { ConnectionConfig } from '../../config/schema.ts';
import type { Authenticator, Identity, Passkey, User } from '../../store/store.ts';
import { ActionForm, type DashboardFrame, DashboardPage, Empty, Moment } from './frame.tsx';

export interface UserView {
  readonly user: User;
  /** Set up, or half set up. */
  readonly factors: readonly Authenticator[];
  readonly passkeys: readonly Passkey[];
  /** Logins of other connections that lead to this user. */
  readonly identities: readonly Identity[];
}

interface UsersPageProps {
  frame: DashboardFrame;
  users: readonly UserView[];
  total: number;
  search: string;
  databases: readonly ConnectionConfig[];
}

export function UsersPage({ frame, users, total, search, databases }: UsersPageProps) {
  return (
    <DashboardPage frame={frame} tab="/__tenant/users" lead="Everybody who can log in here.">
      <form method="get" action="/__tenant/users" class="toolbar">
        <label for="search">Search</label>
        <input id="search" name="search" type="search" value={search} />
        <button type="submit" class="small-button">
          Find
        </button>
        <span class="soft">{`${users.length} of ${total}`}</span>
      </form>
      {users.length === 0 ? (
        <Empty>
          {search ? 'Nobody matches that search.' : 'There is nobody yet. Create a user below, or sign up in an app.'}
        </Empty>
      ) : (
        <ul class="rows">
          {users.map((view) => (
            <UserRow frame={frame} view={view} />
          ))}
        </ul>
      )}
      {databases.length > 0 ? <CreateUser frame={frame} databases={databases} /> : null}
    </DashboardPage>
  );
}

const factorNames: Readonly<Record<Authenticator['factor'], string>> = {
  otp: 'Authenticator app',
  sms: 'Text message',
  voice: 'Phone call',
  email: 'Email',
  push: 'Device',
  'recovery-code': 'Recovery code',
};

function describeFactor({ factor, label, name = '', confirmed }: Authenticator): string {
  const called = [name, label === undefined ? '' : `“${label}”`].filter((one) => one !== '').join(' ');
  return `${factorNames[factor]}${called === '' ? '' : ` ${called}`}${confirmed ? '' : ' (half set up)'}`;
}

function describePasskey({ label, deviceType, backedUp }: Passkey): string {
  const kind = deviceType === 'single_device' ? 'on one device' : backedUp ? 'backed up' : 'not backed up';
  return `Passkey${label === undefined ? '' : ` ${label}`} (${kind})`;
}

/** Passkeys, second factors, and what else leads to this user. */
function Facts({ view: { factors, identities, passkeys } }: { view: UserView }) {
  if (factors.length + identities.length + passkeys.length === 0) return null;
  return (
    <ul class="facts">
      {passkeys.map((passkey) => (
        <li class="tag tag-live">{describePasskey(passkey)}</li>
      ))}
      {factors.map((factor) => (
        <li class="tag">{describeFactor(factor)}</li>
      ))}
      {identities.map(({ connection, providerUserId }) => (
        <li class="tag tag-live">{`Linked: ${connection} ${providerUserId}`}</li>
      ))}
    </ul>
  );
}

function UserRow({ frame, view }: { frame: DashboardFrame; view: UserView }) {
  const { user } = view;
  const name = user.email ?? user.username ?? user.phoneNumber ?? user.id;
  return (
    <li class="row">
      <div class="row-main">
        <p class="row-title">
          {name}
          {user.blocked ? (
            <span class="tag tag-failed" title="Apps get unauthorized, user is blocked">
              Blocked
            </span>
          ) : null}
          {user.email && !user.emailVerified ? <span class="tag">Email not verified</span> : null}
        </p>
        <p class="soft">
          <code>{user.id}</code> · {user.connection} ·{' '}
          {user.loginsCount === 1 ? '1 login' : `${user.loginsCount} logins`}
          {user.lastLoginAt === undefined ? null : (
            <>
              , last <Moment at={user.lastLoginAt} now={frame.now} />
            </>
          )}
        </p>
        <Facts view={view} />
      </div>
      <div class="row-actions">
        {view.factors.length > 0 ? (
          <ActionForm frame={frame} action="/__tenant/users/unenroll">
            <input type="hidden" name="id" value={user.id} />
            <button type="submit" class="small-button" aria-label={`Remove factors of ${name}`}>
              Remove factors
            </button>
          </ActionForm>
        ) : null}
        {view.passkeys.length > 0 ? (
          <ActionForm frame={frame} action="/__tenant/users/remove-passkeys">
            <input type="hidden" name="id" value={user.id} />
            <button type="submit" class="small-button" aria-label={`Remove passkeys of ${name}`}>
              Remove passkeys
            </button>
          </ActionForm>
        ) : null}
        <ActionForm frame={frame} action="/__tenant/users/block">
          <input type="hidden" name="id" value={user.id} />
          <input type="hidden" name="blocked" value={String(!user.blocked)} />
          <button type="submit" class="small-button" aria-label={`${user.blocked ? 'Unblock' : 'Block'} ${name}`}>
            {user.blocked ? 'Unblock' : 'Block'}
          </button>
        </ActionForm>
        <details class="confirm">
          <summary class="small-button" aria-label={`Delete ${name}`}>
            Delete
          </summary>
          <ActionForm frame={frame} action="/__tenant/users/delete">
            <input type="hidden" name="id" value={user.id} />
            <button type="submit" class="small-button small-button-danger" aria-label={`Really delete ${name}`}>
              Really delete
            </button>
          </ActionForm>
        </details>
      </div>
    </li>
  );
}

function CreateUser({ frame, databases }: { frame: DashboardFrame; databases: readonly ConnectionConfig[] }) {
  return (
    <section class="panel" aria-labelledby="create-heading">
      <h2 id="create-heading">Create a user</h2>
      <ActionForm frame={frame} action="/__tenant/users/create" class="inline-form">
        <div class="inline-field">
          <label for="email">Email</label>
          <input id="email" name="email" type="email" required autocomplete="off" />
        </div>
        <div class="inline-field">
          <label for="password">Password</label>
          <input id="password" name="password" type="text" required autocomplete="off" spellcheck={false} />
        </div>
        {databases.some(({ requiresUsername }) => requiresUsername) ? (
          <div class="inline-field">
            <label for="username">Username</label>
            <input id="username" name="username" type="text" autocomplete="off" />
          </div>
        ) : null}
        <div class="inline-field">
          <label for="connection">Connection</label>
          <select id="connection" name="connection">
            {databases.map(({ name }) => (
              <option value={name}>{name}</option>
            ))}
          </select>
        </div>
        <button type="submit" class="small-button small-button-primary">
          Create
        </button>
      </ActionForm>
    </section>
  );
}
