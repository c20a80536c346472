/** @jsxImportSource hono/jsx */
import { sampleConfig } from '../../config/sample.ts';
import type { ApiConfig, ClientConfig, ConnectionConfig, UserConfig } from '../../config/schema.ts';
import { Copyable, type DashboardFrame, DashboardPage } from './frame.tsx';

interface OverviewPageProps {
  frame: DashboardFrame;
  clients: readonly ClientConfig[];
  apis: readonly ApiConfig[];
  users: readonly UserConfig[];
  connections: readonly ConnectionConfig[];
  counts: { readonly users: number; readonly sessions: number; readonly families: number };
}

const clientTypes: Record<ClientConfig['type'], string> = {
  spa: 'Single-page app',
  native: 'Native app',
  regular: 'Web app with a server',
  machine: 'Machine to machine',
};

export function OverviewPage({ frame, clients, apis, users, connections, counts }: OverviewPageProps) {
  const url = new URL(frame.issuer);
  const domain = url.protocol === 'https:' ? url.host : url.origin;
  const [client] = clients;
  return (
    <DashboardPage frame={frame} tab="/__tenant" lead="What this tenant serves, ready to copy into an app.">
      <div class="pair">
        <section class="panel" aria-labelledby="tenant-heading">
          <h2 id="tenant-heading">Tenant</h2>
          <dl class="settings wide">
            <Copyable label="Domain" value={domain} />
            <Copyable label="Issuer" value={frame.issuer} />
            <Copyable label="Discovery" value={`${frame.issuer}.well-known/openid-configuration`} />
          </dl>
          <ul class="figures">
            <Figure count={counts.users} one="user" many="users" href="/__tenant/users" />
            <Figure count={counts.sessions} one="live session" many="live sessions" href="/__tenant/sessions" />
            <Figure
              count={counts.families}
              one="live refresh family"
              many="live refresh families"
              href="/__tenant/sessions"
            />
          </ul>
        </section>
        <SampleLogin users={users} />
      </div>
      <WaysIn connections={connections} users={users} />
      <h2>Clients</h2>
      <div class="grid">
        {clients.map((one) => (
          <ClientPanel client={one} />
        ))}
      </div>
      <h2>APIs</h2>
      <div class="grid">
        {apis.map((api) => (
          <section class="panel" aria-label={api.name ?? api.identifier}>
            <h3>{api.name ?? api.identifier}</h3>
            <dl class="settings">
              <Copyable label="Audience" value={api.identifier} />
              {api.scopes.length > 0 ? <Copyable label="Scopes" value={api.scopes.join(' ')} /> : null}
            </dl>
            <p class="soft">
              {api.allowOfflineAccess ? 'Gives refresh tokens for offline_access.' : 'Gives no refresh tokens.'}
            </p>
          </section>
        ))}
      </div>
      {client ? <QuickStart domain={domain} client={client} audience={apis[0]?.identifier} /> : null}
    </DashboardPage>
  );
}

function Figure({ count, one, many, href }: { count: number; one: string; many: string; href: string }) {
  return (
    <li>
      <a href={href}>
        <strong>{count}</strong> {count === 1 ? one : many}
      </a>
    </li>
  );
}

/** Only the sample's password is shown: it is public, and printed at start. Those of a configuration stay there. */
function SampleLogin({ users }: { users: readonly UserConfig[] }) {
  const sample = sampleConfig.users?.[0];
  const user = users.find(({ email, password }) => email === sample?.email && password === sample?.password);
  if (user?.email === undefined || user.password === undefined) return null;
  const second = users.find(({ mfa, password }) => mfa !== undefined && password === sample?.password);
  return (
    <section class="panel" aria-labelledby="sample-heading">
      <h2 id="sample-heading">Sample login</h2>
      <dl class="settings wide">
        <Copyable label="Email" value={user.email} />
        <Copyable label="Password" value={user.password} />
        {second === undefined ? null : <Copyable label="With a second factor" value={second.email ?? ''} />}
        {second?.mfa?.recoveryCode === undefined ? null : (
          <Copyable label="Its recovery code" value={second.mfa.recoveryCode} />
        )}
      </dl>
      {second === undefined ? null : (
        <p class="soft">
          Both have the same password. The code of the second one's authenticator app is on{' '}
          <a href="/__tenant/devices">Devices</a>.
        </p>
      )}
    </section>
  );
}

/** Every connection, and what to enter there. */
function WaysIn({ connections, users }: { connections: readonly ConnectionConfig[]; users: readonly UserConfig[] }) {
  return (
    <section class="panel" aria-labelledby="ways-heading">
      <h2 id="ways-heading">Ways in</h2>
      <ul class="doors">
        {connections.map((connection) => (
          <li>
            <span>
              <strong>{connection.displayName ?? connection.name}</strong> <code>{connection.name}</code>
            </span>
            <span class="soft">{describeWay(connection, users)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function describeWay({ name, strategy, signup }: ConnectionConfig, users: readonly UserConfig[]): string {
  const there = users.filter(({ connection }) => connection === name).map(({ email, username }) => email ?? username);
  const people = there.filter((one) => one !== undefined).slice(0, 4);
  const who = people.length === 0 ? '' : ` ${people.join(', ')}.`;
  const anybody = signup ? ' Anybody may sign up.' : ' Sign-up is off.';
  if (strategy === 'auth0') return `Password.${who}${anybody}`;
  if (strategy === 'email')
    return `A code or link; it waits in the Outbox.${who}${signup ? ' Any address works.' : anybody}`;
  if (strategy === 'sms')
    return `A code; it waits in the Outbox.${who}${signup ? ' Any number works, like +15550108730.' : anybody}`;
  return `A simulated provider: choose a person there, or type any address.${who}`;
}

function ClientPanel({ client }: { client: ClientConfig }) {
  return (
    <section class="panel" aria-label={client.name}>
      <h3>{client.name}</h3>
      <p class="soft">{clientTypes[client.type]}</p>
      <dl class="settings">
        <Copyable label="Client ID" value={client.clientId} />
        <Addresses label="Callbacks" values={client.callbacks} />
        <Addresses label="Logout URLs" values={client.logoutUrls} />
        <Addresses label="Web origins" values={client.webOrigins} />
      </dl>
      {client.allowLoopbackCallbacks ? (
        <p class="soft">Any address on localhost may be its callback, logout URL and web origin.</p>
      ) : null}
    </section>
  );
}

function Addresses({ label, values }: { label: string; values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <div>
      <dt>{label}</dt>
      {values.map((value) => (
        <dd>
          <code>{value}</code>
        </dd>
      ))}
    </div>
  );
}

function QuickStart({
  domain,
  client,
  audience,
}: {
  domain: string;
  client: ClientConfig;
  audience?: string | undefined;
}) {
  const code = [
    "import { Auth0Provider, useAuth0 } from 'postern';",
    '',
    'function Profile() {',
    '  const { authorize, clearSession, user, isLoading } = useAuth0();',
    '  if (isLoading) return null;',
    '  return user',
    '    ? <button onClick={() => clearSession()}>Sign out {user.name}</button>',
    `    : <button onClick={() => authorize(${audience ? `{ audience: '${audience}' }` : ''})}>Sign in</button>;`,
    '}',
    '',
    'export const App = () => (',
    `  <Auth0Provider domain="${domain}" clientId="${client.clientId}">`,
    '    <Profile />',
    '  </Auth0Provider>',
    ');',
  ].join('\n');
  return (
    <section class="panel" aria-labelledby="quick-start-heading">
      <div class="panel-line">
        <h2 id="quick-start-heading">Quick start (React)</h2>
        <button type="button" class="small-button" data-copy={code} aria-label="Copy the quick start" hidden>
          Copy
        </button>
      </div>
      <pre>
        <code>{code}</code>
      </pre>
    </section>
  );
}
