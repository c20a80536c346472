/** @jsxImportSource hono/jsx */
import type { ConnectionConfig } from '../../config/schema.ts';
import type { User } from '../../store/store.ts';
import { ActionForm, type DashboardFrame, DashboardPage, Empty, Moment } from './frame.tsx';

interface UsersPageProps {
  frame: DashboardFrame;
  users: readonly User[];
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
          {users.map((user) => (
            <UserRow frame={frame} user={user} />
          ))}
        </ul>
      )}
      {databases.length > 0 ? <CreateUser frame={frame} databases={databases} /> : null}
    </DashboardPage>
  );
}

function UserRow({ frame, user }: { frame: DashboardFrame; user: User }) {
  const name = user.email ?? user.username ?? user.phoneNumber ?? user.id;
  return (
    <li class="row">
      <div class="row-main">
        <p class="row-title">
          {name}
          {user.blocked ? <span class="tag tag-failed">Blocked</span> : null}
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
      </div>
      <div class="row-actions">
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
