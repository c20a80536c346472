#!/usr/bin/env node
import manifest from '../package.json' with { type: 'json' };
import { parseCliOptions, UsageError, usage } from './cli-options.ts';
import { muteSqliteWarning } from './support/mute-sqlite-warning.ts';
import { refuseOldNode } from './support/refuse-old-node.ts';

/** Wrong use of the command line. */
const EXIT_USAGE = 2;

muteSqliteWarning();
try {
  await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`postern-tenant: ${error.message}\nTry: postern-tenant --help`);
    process.exit(EXIT_USAGE);
  }
  console.error(isExplained(error) ? `postern-tenant: ${error.message}` : error);
  process.exit(1);
}

async function run(args: readonly string[]): Promise<void> {
  const options = parseCliOptions(args);
  switch (options.command) {
    case 'help':
      process.stdout.write(usage);
      return;
    case 'version':
      process.stdout.write(`${manifest.version}\n`);
      return;
    case 'init': {
      const { writeExampleConfig } = await import('./config/init.ts');
      await writeExampleConfig(options.file);
      process.stdout.write(`Wrote ${options.file}. Start with: postern-tenant --config ${options.file}\n`);
      return;
    }
    case 'import-users': {
      refuseOldNode(process.version);
      const { importUsersFrom } = await import('./cli-import-users.ts');
      process.exitCode = await importUsersFrom(options);
      return;
    }
    case 'start': {
      refuseOldNode(process.version);
      // Loaded here, so that a question for the version does not wait for a server, and no warning comes before it is muted.
      const { startTenant } = await import('./cli-start.ts');
      await startTenant(options);
    }
  }
}

/** Errors whose message tells a person all there is to do: ours, and those of the system and the database (with a code). */
function isExplained(error: unknown): error is Error {
  return (
    error instanceof Error && (error.name === 'ConfigError' || (error as NodeJS.ErrnoException).code !== undefined)
  );
}
