import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { serveFolder } from './serve-folder.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The tenant of the example's own `npm run tenant`, on a free port. */
async function startTenant(config: string) {
  const options = ['--port', '0', '--json', '--config', config];
  const tenant = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', fromRoot('packages/tenant/dist/cli.js'), ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(tenant, 'exit');
  const [line] = (await Promise.race([
    once(createInterface({ input: tenant.stdout }), 'line'),
    exited.then(([code]) => {
      throw new Error(`The tenant ended with ${code}.`);
    }),
  ])) as [string];
  const { issuer, control, secret } = JSON.parse(line) as { issuer: string; control: string; secret: string };
  return {
    issuer,
    control,
    secret,
    close: async () => {
      tenant.kill('SIGTERM');
      await exited;
    },
  };
}

/** The web build of an app, made for this very tenant: Expo writes the settings into the code. */
async function exportApp(folder: string, settings: Record<string, string>): Promise<string> {
  const output = `${folder}/dist/web`;
  // Without `--clear` Metro hands out code that it transformed for the settings of another day.
  const exporting = spawn(
    `${folder}/node_modules/.bin/expo`,
    ['export', '--platform', 'web', '--clear', '--output-dir', output],
    {
      cwd: folder,
      env: { ...process.env, CI: '1', EXPO_NO_TELEMETRY: '1', EXPO_OFFLINE: '1', NODE_ENV: 'production', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [exporting.stdout, exporting.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code] = await once(exporting, 'close');
  if (code !== 0) throw new Error(`expo export ended with ${code}:\n${said}`);
  return output;
}

/** Exports an app of `apps/` for the web, and serves it beside a tenant of its own. */
export async function startExportedApp(app: string) {
  const folder = fromRoot(`apps/${app}`);
  const tenant = await startTenant(`${fromRoot('apps/expo-example')}/tenant.config.mjs`);
  try {
    const domain = tenant.issuer.replace(/\/$/, '');
    const output = await exportApp(folder, {
      EXPO_PUBLIC_AUTH0_DOMAIN: domain,
      EXPO_PUBLIC_AUTH0_CLIENT_ID: 'postern-expo',
    });
    const page = await serveFolder(output);
    return { ...tenant, origin: page.origin, close: () => Promise.all([page.close(), tenant.close()]) };
  } catch (error) {
    await tenant.close();
    throw error;
  }
}

export type ExportedApp = Awaited<ReturnType<typeof startExportedApp>>;
