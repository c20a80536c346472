import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { StartOptions } from './cli-options.ts';
import { ConfigError } from './config/config-error.ts';
import { sampleConfig } from './config/sample.ts';
import type { TenantConfig, TenantConfigInput } from './config/schema.ts';
import type { ClockState } from './control/control.ts';
import { isLoopback } from './http/loopback.ts';
import { DEFAULT_PORT } from './listen.ts';
import { keepHeapSmall } from './support/keep-heap-small.ts';
import { createTenant, type Tenant } from './tenant.ts';

/** Starts a tenant and keeps it until a signal comes. */
export async function startTenant(options: StartOptions): Promise<void> {
  const config = withOptions(options.config === undefined ? sampleConfig : await readConfig(options.config), options);
  const tenant = await createTenant(config, {
    dataDir: options.data,
    databaseUrl: options.database,
    issuer: options.issuer,
  });
  try {
    if (options.importFile !== undefined) await importFrom(tenant, options.importFile, options.exportFile);
    const listening = await tenant.listen({ port: options.port, host: options.host });
    stopOnSignal(tenant, options);
    for (const text of warningsOf(tenant, options)) console.error(`postern-tenant: warning: ${text}`);
    // Not before: a start makes objects that stay, and collecting among them would only delay it.
    keepHeapSmall();
    process.stdout.write(options.json ? describeAsJson(tenant, listening) : describe(tenant, listening, options));
  } catch (error) {
    await tenant.close();
    throw error;
  }
}

/** What the command line says goes over the configuration. */
function withOptions(config: TenantConfigInput, options: StartOptions): TenantConfigInput {
  const { smtp, smsWebhook, actions: directory } = options;
  return {
    ...config,
    ...(options.https ? { https: true } : {}),
    delivery: {
      ...config.delivery,
      ...(smtp === undefined ? {} : { smtp }),
      ...(smsWebhook === undefined ? {} : { smsWebhook }),
    },
    actions: { ...config.actions, ...(directory === undefined ? {} : { directory }) },
  };
}

type Listening = Awaited<ReturnType<Tenant['listen']>>;

async function readConfig(path: string): Promise<TenantConfig> {
  const { loadConfig } = await import('./config/load.ts');
  return loadConfig(path);
}

async function importFrom(tenant: Tenant, file: string, exportFile: string | undefined): Promise<void> {
  if (file === exportFile && !existsSync(file)) {
    console.error(`postern-tenant: ${file} is not there yet; it will be written on exit.`);
    return;
  }
  try {
    await tenant.control.importData(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([{ path: '', message: `cannot be imported: ${reason}` }], { source: file, cause });
  }
}

/** Written beside the file and renamed, so that an interrupted export leaves the one before; readable by its owner only. */
async function exportTo(tenant: Tenant, file: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(await tenant.control.exportData(), null, 1)}\n`, { mode: 0o600 });
  await rename(temporary, file);
}

function stopOnSignal(tenant: Tenant, { exportFile }: StartOptions): void {
  const stop = async () => {
    // A second signal ends the process at once, as is usual.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stopOnce);
    try {
      // Last of all: what a running request still does belongs into the export.
      await tenant.close(exportFile === undefined ? undefined : () => exportTo(tenant, exportFile));
      process.exit(0);
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
  };
  const stopOnce = () => void stop();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopOnce);
}

function isOpenToNetwork({ host }: StartOptions): boolean {
  return host !== undefined && !isLoopback(new URL(`http://${host}`));
}

/** What lets people in who have proved nothing is said at each start, also where only a program reads the output. */
function warningsOf(tenant: Tenant, options: StartOptions): string[] {
  const exposed = isOpenToNetwork(options) ? `, and ${options.host} is open to the network` : '';
  return tenant.context.registry.config.users
    .filter(({ fixedCode }) => fixedCode !== undefined)
    .map(
      ({ email, phoneNumber, username, id }) =>
        `${email ?? phoneNumber ?? username ?? id} has a fixed code: whoever knows the address can sign in${exposed}`,
    );
}

/** Whoever reads this is on this machine; the issuer given may be an address that only a phone can reach. */
function describeAsJson(tenant: Tenant, { issuer, url, ca }: Listening): string {
  const control = `${url}__tenant`;
  return `${JSON.stringify({ ready: true, issuer, control, secret: tenant.control.secret, ca })}\n`;
}

/** Nothing while the clock shows the machine's time; data of an earlier run may bring another. */
function describeClock({ now, stopped }: ClockState): string[] {
  const away = Math.abs(now - Date.now()) > 1_000;
  return stopped || away ? [`${stopped ? 'stopped at' : 'moved to'} ${new Date(now).toISOString()}`] : [];
}

/** Somebody who is used to the default would go on with the tenant that has it. */
function describePort(url: string, { port }: StartOptions): string[] {
  if (port !== undefined || Number(new URL(url).port) === DEFAULT_PORT) return [];
  return [`not ${DEFAULT_PORT}, which is taken: an app that names that one reaches somebody else`];
}

function describe(tenant: Tenant, { issuer, url, ca }: Listening, options: StartOptions): string {
  const { clients, apis, users, delivery } = tenant.context.registry.config;
  const line = (name: string, value: string) => `  ${name.padEnd(12)} ${value}`;
  const people = users
    .filter((user) => user.password !== undefined)
    .slice(0, 5)
    .map((user) => line('Sign in as', `${user.email ?? user.username ?? user.phoneNumber} / ${user.password}`));
  return [
    '',
    'Postern tenant: a local identity provider for development and tests. Not for production.',
    '',
    line('Issuer', issuer),
    ...describePort(url, options).map((text) => line('Port', text)),
    line('Dashboard', `${url}__tenant?secret=${tenant.control.secret}`),
    ...clients.map((client) => line('Client', `${client.clientId} (${client.type})`)),
    ...apis.map((api) => line('API', `${api.identifier}${api.scopes.length > 0 ? ` (${api.scopes.join(' ')})` : ''}`)),
    ...people,
    ...(isOpenToNetwork(options) ? [line('Network', `open to everybody who reaches ${options.host}`)] : []),
    ...(ca === undefined ? [] : [line('Trust', `${ca} (in NODE_EXTRA_CA_CERTS, your browser, your device)`)]),
    ...(delivery.smtp === undefined ? [] : [line('Mail', 'also goes to the SMTP server')]),
    ...(delivery.smsWebhook === undefined ? [] : [line('SMS', 'also goes to the webhook')]),
    ...tenant.context.actions.postLogin.map(({ name }) => line('Action', name)),
    ...describeClock(tenant.control.clock.get()).map((text) => line('Clock', text)),
    line('Data', options.database ? 'PostgreSQL' : (options.data ?? 'in memory, gone when this stops')),
    '',
    options.config === undefined
      ? '  This is the sample. Write your own with: postern-tenant init'
      : `  Configured by ${options.config}.`,
    '  Stop with Ctrl-C.',
    '',
    '',
  ].join('\n');
}
