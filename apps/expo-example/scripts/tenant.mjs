import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setUp } from '../../../scripts/setup.mjs';
import { lanAddress } from './lan-address.mjs';

/** `npm run tenant`: a tenant that phones on this network reach, and the settings with which the app finds it. */

const app = fileURLToPath(new URL('..', import.meta.url));
const cli = fileURLToPath(new URL('../../../packages/tenant/dist/cli.js', import.meta.url));
const issuer = `http://${lanAddress()}:4455/`;

const { node } = await setUp();
writeFileSync(
  `${app}.env.local`,
  `EXPO_PUBLIC_AUTH0_DOMAIN=${issuer.replace(/\/$/, '')}\nEXPO_PUBLIC_AUTH0_CLIENT_ID=postern-expo\n`,
);
console.log(`The app will sign in at ${issuer} (written to .env.local). Everybody on this network can reach it.`);
const options = ['--host', '0.0.0.0', '--port', '4455', '--issuer', issuer, '--config', 'tenant.config.mjs'];
const tenant = spawn(node, ['--disable-warning=ExperimentalWarning', cli, ...options], { cwd: app, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => tenant.kill(signal));
tenant.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
