import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fromRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { bold, dim, red, runMain, SetupError, say, UsageError } from './lib/say.mjs';
import { freePort, Services, waitUntilAnswers } from './lib/services.mjs';
import { setUp } from './setup.mjs';

const usage = `npm start [-- options]

  --port N    port of the demo (default 5173; another one when it is taken)
  --data DIR  keep users, sessions and notes in DIR; without it they last as long as this command
  --built     serve the demo as it would be deployed, from a production build, instead of with Vite's development server
  --json      print one line of JSON with all addresses when everything answers, and nothing else on standard output
`;

const sample = {
  clientId: 'postern-spa',
  audience: 'https://api.postern.test',
  login: 'user@example.com / Correct-Horse-42',
};

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '5173' },
      data: { type: 'string' },
      built: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (!/^\d+$/.test(values.port) || Number(values.port) > 65_535) {
    throw new UsageError(`--port "${values.port}" is not a port; give a number from 0 to 65535`);
  }
  return values;
}

/** The tenant, the notes API and the demo, each started when the one it needs is ready. */
async function startAll(services, node, options) {
  const quiet = ['--disable-warning=ExperimentalWarning'];
  const dataDirectory = options.data === undefined ? undefined : resolve(options.data);

  const tenantArgs = ['--json', ...(dataDirectory ? ['--data', dataDirectory] : [])];
  const cli = fromRoot('packages/tenant/dist/cli.js');
  const tenant = await services.start('tenant', node, [...quiet, cli, ...tenantArgs]).ready;
  const domain = tenant.issuer.replace(/\/$/, '');
  if (new URL(domain).port !== '4455') say('Port 4455 is taken, perhaps by another tenant; this one has another.');
  await waitUntilAnswers(`${tenant.issuer}.well-known/openid-configuration`);

  const port = await freePort(Number(options.port));
  if (Number(options.port) !== 0 && port !== Number(options.port))
    say(`Port ${options.port} is taken; the demo has another.`);
  const demo = `http://localhost:${port}`;
  const api = await services.start('api', node, [...quiet, 'server/main.ts'], {
    cwd: fromRoot('apps/demo'),
    env: {
      AUTH0_DOMAIN: domain,
      AUTH0_AUDIENCE: sample.audience,
      TENANT_CONTROL: tenant.control,
      TENANT_SECRET: tenant.secret,
      PUBLIC_ORIGIN: demo,
      PORT: '0',
      ...(dataDirectory && { NOTES_DB: resolve(dataDirectory, 'notes.sqlite') }),
    },
  }).ready;
  await waitUntilAnswers(`${api.url}/api/health`);

  const vite = fromRoot('node_modules/vite/bin/vite.js');
  const cwd = fromRoot('apps/demo');
  const env = {
    DEMO_API: api.url,
    VITE_AUTH0_DOMAIN: domain,
    VITE_AUTH0_CLIENT_ID: sample.clientId,
    VITE_AUTH0_AUDIENCE: sample.audience,
    VITE_SAMPLE_LOGIN: sample.login,
  };
  const listen = ['--port', String(port), '--strictPort', '--logLevel', 'warn'];
  if (options.built) {
    const production = { ...env, NODE_ENV: 'production' };
    const { code, output } = await run(node, [vite, 'build', '--logLevel', 'warn'], {
      cwd,
      env: production,
      quiet: true,
    });
    if (code !== 0) throw new SetupError(`Building the demo failed:\n\n${output}`);
    services.start('demo', node, [vite, 'preview', ...listen], { cwd, env });
  } else {
    services.start('demo', node, [vite, ...listen, '--clearScreen', 'false'], { cwd, env });
  }
  await waitUntilAnswers(demo, { headers: { Accept: 'text/html' } });
  return { ready: true, demo, api: api.url, ...tenant };
}

function introduce({ demo, issuer, control, secret }) {
  say(`
${bold('Postern is running.')}

  Demo       ${bold(demo)}
  Sign in    ${sample.login}   ${dim('(or sign up)')}
  Tenant     ${issuer}
  Dashboard  ${control}?secret=${secret}   ${dim('users, sessions, mail, and a log that explains failures')}

Ctrl-C ends all of it.`);
}

await runMain(async () => {
  const options = readOptions();
  if (options.help) {
    say(usage);
    return;
  }
  const { node } = await setUp();

  let exitCode = 0;
  let end;
  const ending = new Promise((resolveEnding) => {
    end = resolveEnding;
  });
  const services = new Services({
    onUnexpectedEnd(name, code) {
      say(red(`${name} ended by itself (code ${code}); ending the others.`));
      exitCode = 1;
      end();
    },
  });
  // npm passes on the Ctrl-C that the terminal has sent already: the second one must not cut the ending short.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end());

  try {
    const addresses = await Promise.race([startAll(services, node, options), ending]);
    if (addresses) {
      if (options.json) console.log(JSON.stringify(addresses));
      else introduce(addresses);
      await ending;
    }
  } finally {
    await services.stop();
  }
  process.exitCode = exitCode;
});
