import type { TenantConfigInput } from '../../src/config/schema.ts';
import { api, callback, type ProtocolTest } from './protocol.ts';

/** A tenant whose pages show everything they can: usernames, consent, an API with a name. */
export const pagesConfig: TenantConfigInput = {
  name: 'Acme Test',
  clients: [
    {
      clientId: 'pages',
      name: 'Notebook',
      type: 'spa',
      callbacks: [callback],
      webOrigins: ['https://app.example.test'],
      logoutUrls: ['https://app.example.test/bye'],
    },
    { clientId: 'spa', name: 'Web app', type: 'spa', callbacks: [callback], webOrigins: ['https://app.example.test'] },
    { clientId: 'local', name: 'Notebook on this machine', type: 'spa', allowLoopbackCallbacks: true },
    { clientId: 'asks', name: 'Notebook for teams', type: 'spa', callbacks: [callback], skipConsent: false },
    { clientId: 'app', name: 'Mobile app', type: 'native', callbacks: ['com.example.app://callback'] },
  ],
  apis: [{ identifier: api, name: 'Notes API', scopes: ['read:notes', 'write:notes'], allowOfflineAccess: true }],
  connections: [
    {
      name: 'Username-Password-Authentication',
      strategy: 'auth0',
      requiresUsername: true,
      passwordPolicy: { level: 'good', history: 2 },
    },
    { name: 'Plain', strategy: 'auth0', genericSignupErrors: false },
    { name: 'Closed', strategy: 'auth0', signup: false },
    { name: 'Mails', strategy: 'email' },
  ],
  users: [
    {
      id: 'auth0|sample',
      email: 'user@example.com',
      username: 'robin',
      password: 'Correct-Horse-42',
      profile: { name: 'Robin Sample' },
    },
    { id: 'auth0|blocked', email: 'blocked@example.com', password: 'Blocked-Horse-42', blocked: true },
    { id: 'auth0|ada', email: 'ada@example.com', password: 'Engine-Horse-42', profile: { name: 'Ada Lovelace' } },
    { id: 'auth0|plain', connection: 'Plain', email: 'plain@example.com', password: 'Plain-Horse-42' },
  ],
  attackProtection: { maxAttempts: 3 },
};

/** The link in the newest reset mail to that address. */
export async function resetLinkOf(test: ProtocolTest, to: string): Promise<string> {
  const [message] = (await test.tenant.context.outbox.list({ to, template: 'password_reset' })).slice(-1);
  if (message?.link === undefined) throw new Error(`There is no reset mail to ${to}.`);
  return message.link;
}
