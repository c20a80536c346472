import { fromRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { runMain, say } from './lib/say.mjs';
import { setUp } from './setup.mjs';

await runMain(async () => {
  const { node } = await setUp();
  say('Measuring the tenant and its peers; about a minute and a half.');
  const { code } = await run(node, [
    '--disable-warning=ExperimentalWarning',
    fromRoot('packages/tenant/bench/main.ts'),
  ]);
  process.exitCode = code;
});
