import { sampleConfig, type Tenant, type TenantConfigInput, type TenantOptions } from '@postern/tenant';
import { createQuickTenant } from '../../packages/tenant/test/support/quick-tenant.ts';
import { exchanging, password } from './people.ts';

const spa = sampleConfig.clients.find(({ clientId }) => clientId === 'postern-spa');
const native = sampleConfig.clients.find(({ clientId }) => clientId === 'postern-native');
const everyGrant = spa?.grantTypes;

/** The sample, a client of each kind that a documented refusal needs, and people who are refused. */
const config = {
  ...sampleConfig,
  clients: [
    ...sampleConfig.clients,
    {
      clientId: 'strict',
      name: 'App that asks everybody for a second factor',
      type: 'spa',
      allowLoopbackCallbacks: true,
      mfaPolicy: 'always',
      grantTypes: everyGrant,
    },
    {
      clientId: exchanging,
      name: 'App that exchanges tokens and transfers sessions',
      type: 'native',
      allowLoopbackCallbacks: true,
      grantTypes: native?.grantTypes,
      refreshToken: native?.refreshToken,
      sessionTransfer: { canCreate: true },
    },
    { clientId: 'plain', name: 'App without these grants', type: 'spa', allowLoopbackCallbacks: true },
    {
      clientId: 'few',
      name: 'App with a database of its own',
      type: 'spa',
      allowLoopbackCallbacks: true,
      connections: ['Closed-Database'],
      grantTypes: everyGrant,
    },
  ],
  connections: [
    ...sampleConfig.connections,
    { name: 'apple', strategy: 'apple' },
    { name: 'facebook', strategy: 'facebook', signup: true },
    { name: 'Named-Database', strategy: 'auth0', genericSignupErrors: false, requiresUsername: true },
    { name: 'Closed-Database', strategy: 'auth0', signup: false },
  ],
  users: [
    ...sampleConfig.users,
    { id: 'auth0|blocked', email: 'blocked@example.com', password, blocked: true },
    { id: 'auth0|denied', email: 'denied@example.com', password },
    { id: 'auth0|leaked', email: 'leaked@example.com', password: 'Breached-Horse-42' },
    { id: 'auth0|phone', email: 'phone@example.com', password, mfa: { phoneNumber: '+15550160' } },
    {
      id: 'auth0|named',
      emailVerified: false,
      connection: 'Named-Database',
      email: 'named@example.com',
      username: 'named',
      password,
    },
    {
      id: 'email|mfa',
      connection: 'email',
      email: 'code-and-more@example.com',
      mfa: { totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
    },
    { id: 'email|blocked', connection: 'email', email: 'blocked-mail@example.com', blocked: true },
    { id: 'email|denied', connection: 'email', email: 'denied-mail@example.com' },
    {
      id: 'sms|mfa',
      connection: 'sms',
      phoneNumber: '+15550161',
      mfa: { totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
    },
    { id: 'sms|blocked', connection: 'sms', phoneNumber: '+15550162', blocked: true },
  ],
  attackProtection: {
    suspiciousAddress: {
      login: { attempts: 20, refill: 864 },
      signup: { attempts: 5, refill: 1.2 },
    },
  },
  rateLimits: { passwordlessStart: { burst: 5, perMinute: 1 }, changePassword: { burst: 3, perMinute: 1 } },
} satisfies TenantConfigInput;

const actions: TenantOptions['actions'] = {
  onExecutePostLogin: (event, api) => {
    if (event.user.email?.startsWith('denied')) api.access.deny('Not on a Sunday.');
  },
  onExecutePreUserRegistration: (event, api) => {
    if (event.user.email?.startsWith('banned')) api.access.deny('banned', 'Nobody of that name.');
  },
};

/** A tenant in which every documented refusal can be had. */
export function createMethodsTenant(more: TenantConfigInput = {}, options: TenantOptions = {}): Promise<Tenant> {
  return createQuickTenant({ ...config, ...more }, { ...options, actions });
}
