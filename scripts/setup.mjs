import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { ensureBuilds } from './lib/builds.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { findNode } from './lib/pinned-node.mjs';
import { runMain, SetupError, say } from './lib/say.mjs';

/** @param {string} version such as `v20.19.0` */
export function refuseOldNode(version) {
  if (Number.parseInt(version.slice(1), 10) >= 20) return;
  throw new SetupError(`This is Node ${version}; Node 20 or newer is needed: https://nodejs.org/`);
}

/**
 * Everything a fresh clone lacks, and nothing it has: dependencies, the pinned Node, the built packages and, for
 * browser tests, Chromium. Plain JavaScript without dependencies, because it runs on whatever Node 20+ the machine has.
 *
 * @param {{ chromium?: boolean, build?: boolean }} [options]
 * @returns {Promise<{ node: string, chromium: string | undefined }>}
 */
export async function setUp({ chromium = false, build = true } = {}) {
  refuseOldNode(process.version);
  await ensureDependencies();
  const node = await findNode();
  if (build) await ensureBuilds();
  return { node, chromium: chromium ? await ensureChromium() : undefined };
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  await runMain(async () => {
    const { node, chromium } = await setUp({ chromium: argv.includes('--chromium') });
    say(`Ready. Node: ${node}${chromium ? `; Chromium: ${chromium}` : ''}`);
  });
}
