import { registerPostern } from '@postern/tenant/cypress/tasks';
import { defineConfig } from 'cypress';

/** Stands for whatever serves the app: it is told which tenant to sign in at. */
declare function startApp(options: { domain: string; clientId: string }): Promise<{ url: string }>;

export default defineConfig({
  e2e: {
    supportFile: 'cypress/support/e2e.ts',
    async setupNodeEvents(on, config) {
      const tenant = await registerPostern(on, { audience: 'https://api.postern.test', scopes: ['read:notes'] });
      const app = await startApp({ domain: tenant.origin, clientId: tenant.clientId });
      config.baseUrl = app.url;
      return config;
    },
  },
});
