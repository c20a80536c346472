import { parseArgs } from 'node:util';
import { DEFAULT_CONFIG_FILE } from './config/init.ts';
import { parseIssuer } from './config/issuer.ts';

export const usage = `postern-tenant: a local, Auth0-compatible tenant for development and tests

Usage:
  postern-tenant [options]        start a tenant
  postern-tenant init [FILE]      write a commented example configuration (default: ${DEFAULT_CONFIG_FILE})
  postern-tenant import-users FILE (--data DIR | --database URL) [--connection NAME] [--upsert]
                                  take over users from Auth0's bulk import or export JSON

Options:
  --config FILE           configuration: .json, .jsonc, .ts, .mts, .js or .mjs (default: a sample)
  --port PORT             port; 0 for any free one (default: 4455, or a free one when that is taken)
  --host ADDRESS          address to listen on, e.g. 0.0.0.0 for phones on your network (default: loopback only)
  --issuer URL            public address, when it is another than http://localhost:PORT/
  --data DIR              keep the data in a folder (default: in memory)
  --database URL          keep the data in PostgreSQL: postgres://user@host/name
  --https                 speak https, with a certificate of a local authority whose path is printed
  --actions DIR           run the Actions of a folder: onExecutePostLogin, onExecutePreUserRegistration
  --smtp URL              also send mails, to an SMTP server: smtp://localhost:1025
  --sms-webhook URL       also POST text messages and calls, as JSON
  --import FILE           start with the data of an export
  --export-on-exit FILE   write all data to a file when stopped
  --json                  print one line of JSON when ready, and nothing else on standard output
  --help                  this text
  --version               the version
`;

export interface StartOptions {
  readonly command: 'start';
  readonly config?: string | undefined;
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly issuer?: string | undefined;
  readonly data?: string | undefined;
  readonly database?: string | undefined;
  readonly https: boolean;
  readonly actions?: string | undefined;
  readonly smtp?: string | undefined;
  readonly smsWebhook?: string | undefined;
  readonly importFile?: string | undefined;
  readonly exportFile?: string | undefined;
  readonly json: boolean;
}

export interface ImportUsersOptions {
  readonly command: 'import-users';
  readonly file: string;
  readonly config?: string | undefined;
  readonly data?: string | undefined;
  readonly database?: string | undefined;
  readonly connection?: string | undefined;
  readonly upsert: boolean;
  readonly json: boolean;
}

export type CliOptions =
  | StartOptions
  | ImportUsersOptions
  | { readonly command: 'init'; readonly file: string }
  | { readonly command: 'help' }
  | { readonly command: 'version' };

/** Wrong use of the command line: the message is for the person, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function parseCliOptions(args: readonly string[]): CliOptions {
  const { values, positionals } = parse(args);
  if (values.help) return { command: 'help' };
  if (values.version) return { command: 'version' };
  const [command, ...rest] = positionals;
  if (command === 'init') {
    if (rest.length > 1) throw new UsageError(`init takes one file name, not ${rest.length}`);
    return { command: 'init', file: rest[0] ?? DEFAULT_CONFIG_FILE };
  }
  if (command !== undefined && command !== 'import-users') {
    throw new UsageError(`there is no command "${command}"; allowed: init, import-users`);
  }
  if (values.data !== undefined && values.database !== undefined) {
    throw new UsageError('--data and --database exclude each other: the data is in one place');
  }
  const database = values.database === undefined ? undefined : checkDatabaseUrl(values.database);
  if (command === 'import-users') {
    const [file, ...others] = rest;
    if (file === undefined || others.length > 0) throw new UsageError('import-users takes one file name');
    if (values.data === undefined && database === undefined) {
      throw new UsageError(
        'import-users needs --data DIR or --database URL, as a tenant without keeps nothing; a running one takes users at POST /__tenant/api/users/import',
      );
    }
    const { config, data, connection, upsert = false, json = false } = values;
    return { command, file, config, data, database, connection, upsert, json };
  }
  for (const name of ['connection', 'upsert'] as const) {
    if (values[name] !== undefined) throw new UsageError(`--${name} belongs to import-users`);
  }
  return {
    command: 'start',
    config: values.config,
    port: values.port === undefined ? undefined : parsePort(values.port),
    host: values.host,
    issuer: values.issuer === undefined ? undefined : checkIssuer(values.issuer),
    data: values.data,
    database,
    https: values.https ?? false,
    actions: values.actions,
    smtp: values.smtp === undefined ? undefined : checkUrl('smtp', values.smtp, ['smtp:', 'smtps:']),
    smsWebhook:
      values['sms-webhook'] === undefined
        ? undefined
        : checkUrl('sms-webhook', values['sms-webhook'], ['http:', 'https:']),
    importFile: values.import,
    exportFile: values['export-on-exit'],
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        issuer: { type: 'string' },
        data: { type: 'string' },
        database: { type: 'string' },
        https: { type: 'boolean' },
        actions: { type: 'string' },
        smtp: { type: 'string' },
        'sms-webhook': { type: 'string' },
        connection: { type: 'string' },
        upsert: { type: 'boolean' },
        import: { type: 'string' },
        'export-on-exit': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // Node's own hint is about positional arguments, which this command does not take.
    throw new UsageError(message.split('. ')[0] ?? message, { cause });
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new UsageError(`--port "${text}" is not allowed; give a number from 0 to 65535`);
  return port;
}

function checkIssuer(issuer: string): string {
  try {
    return parseIssuer(issuer);
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The URL may hold a password, so it is not repeated. */
function checkUrl(option: string, url: string, protocols: readonly string[]): string {
  if (URL.canParse(url) && protocols.includes(new URL(url).protocol)) return url;
  throw new UsageError(`--${option} must begin with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
}

/** The URL may hold a password, so it is not repeated. */
function checkDatabaseUrl(url: string): string {
  if (/^postgres(ql)?:\/\//.test(url)) return url;
  throw new UsageError('--database must begin with postgres:// or postgresql://; for SQLite use --data DIR');
}
