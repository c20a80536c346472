const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

const root = join(__dirname, '../..');

/** Before all test files: the tenant that they sign in at, with its sample configuration. */
module.exports = async () => {
  const node = process.execPath;
  const tenant = spawn(
    node,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, 'packages/tenant/dist/cli.js'),
      ...['--port', '0', '--json', '--config', join(__dirname, 'tenant.config.mjs')],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = await Promise.race([
    once(createInterface({ input: tenant.stdout }), 'line'),
    once(tenant, 'exit').then(([code]) => {
      throw new Error(`The tenant ended with ${code}.`);
    }),
  ]);
  process.env.POSTERN_TENANT = line;
  process.env.EXPO_PUBLIC_AUTH0_DOMAIN = JSON.parse(line).issuer.replace(/\/$/, '');
  process.env.EXPO_PUBLIC_AUTH0_CLIENT_ID = 'device';
  globalThis.stopTenant = async () => {
    tenant.kill('SIGTERM');
    await once(tenant, 'exit');
  };
};
