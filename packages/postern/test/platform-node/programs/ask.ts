import { once } from 'node:events';
import { Auth0 } from '../../../src/core.ts';
import { createNodePlatform } from '../../../src/platform/node/index.ts';

/** A process of its own that asks for credentials once it is told to, at a time that the test names. */
const { domain, clientId, audience, directory, ahead, hangs } = JSON.parse(process.argv[2] ?? '');
const platform = createNodePlatform({ directory, keychain: 'off' });
const { clock, storage } = platform;
const auth0 = new Auth0({
  domain,
  clientId,
  audience,
  cacheLocation: 'localstorage',
  platform: {
    ...platform,
    clock: { ...clock, now: () => clock.now() + ahead },
    storage: (options) => {
      const own = storage(options);
      if (!hangs) return own;
      const set = async (): Promise<void> => {
        process.stdout.write('about to save\n');
        await new Promise(() => setInterval(() => undefined, 1000));
      };
      return { ...own, set };
    },
  },
});
process.stdout.write('ready\n');
await once(process.stdin, 'data');
try {
  const { accessToken, expiresAt } = await auth0.credentialsManager.getCredentials();
  process.stdout.write(`${JSON.stringify({ accessToken, expiresAt })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify(error)}\n`);
}
process.exit();
