import { readFile } from 'node:fs/promises';
import type { ImportUsersOptions } from './cli-options.ts';
import { ConfigError } from './config/config-error.ts';
import { sampleConfig } from './config/sample.ts';
import type { ImportSummary } from './import/import-users.ts';
import { createTenant } from './tenant.ts';

/** Takes users into kept data; answers the exit code, 1 when any was refused. */
export async function importUsersFrom(options: ImportUsersOptions): Promise<number> {
  const { file, connection, upsert, json } = options;
  const content = await readFile(file, 'utf8');
  // The people of the sample have known passwords: they do not come along unasked.
  const config =
    options.config === undefined
      ? { ...sampleConfig, users: [] }
      : await (await import('./config/load.ts')).loadConfig(options.config);
  const tenant = await createTenant(config, { dataDir: options.data, databaseUrl: options.database });
  try {
    const summary = await tenant.control.importUsers(content, { connection, upsert });
    process.stdout.write(json ? `${JSON.stringify(summary)}\n` : describe(summary));
    return summary.failed === 0 ? 0 : 1;
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'ControlError') throw cause;
    throw new ConfigError([{ path: '', message: `cannot be imported: ${cause.message}` }], { source: file, cause });
  } finally {
    await tenant.close();
  }
}

function describe({ total, inserted, updated, failed, errors }: ImportSummary): string {
  const lines = errors.map(
    ({ index, email, message }) => `  user ${index + 1}${email === undefined ? '' : ` (${email})`}: ${message}`,
  );
  return [`${total} users: ${inserted} created, ${updated} changed, ${failed} refused.`, ...lines, ''].join('\n');
}
