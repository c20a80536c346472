import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { createChecks } from './lib/checks.mjs';
import { brokenLinksOfMarkdown, brokenLinksOfSite, filesBelow } from './lib/links.mjs';
import { fromRoot, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { bold, dim, runMain, SetupError, say } from './lib/say.mjs';
import { hashOf, readStamp, writeStamp } from './lib/stamps.mjs';

/**
 * `npm run docs`: the documentation as a site, from `docs/` and the doc comments; served on this machine until Ctrl+C.
 * `npm run docs -- --build` builds and checks it, and ends. The generator is installed when it is first asked for, apart from
 * the workspace, whose compiler is newer than the one it needs.
 */

const folder = fromRoot('docs-site');
const site = join(folder, 'dist');

async function install() {
  const wanted = hashOf([join(folder, 'package.json'), join(folder, 'package-lock.json')]);
  if (readStamp('install-docs-site') === wanted && existsSync(join(folder, 'node_modules', 'typedoc'))) return;
  say(`${bold('Installing the generator')} ${dim('(npm ci, some seconds)')}`);
  const args = ['ci', '--workspaces=false', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', args, { cwd: folder, quiet: true });
  if (code !== 0) throw new SetupError(`\`npm ci\` in docs-site failed:\n\n${output}`);
  writeStamp('install-docs-site', wanted);
}

async function build() {
  const typedoc = join(folder, 'node_modules', 'typedoc', 'bin', 'typedoc');
  const { code, output } = await run('node', [typedoc, '--options', join(folder, 'typedoc.config.mjs')], {
    quiet: true,
  });
  if (code !== 0) throw new Error(output.trimEnd());
}

function refuse(broken) {
  if (broken.length > 0) throw new Error(broken.join('\n'));
}

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Serves the site's files on loopback, on a port that is free. */
function serve() {
  const server = createServer(async (request, response) => {
    try {
      const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const path = normalize(join(site, decodeURIComponent(pathname), pathname.endsWith('/') ? 'index.html' : ''));
      if (!path.startsWith(site + sep)) throw new Error('outside of the site');
      const body = await readFile(path);
      response.writeHead(200, {
        'content-type': types[extname(path)] ?? 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
      });
      response.end(body);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page.\n');
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}/`));
  });
}

await runMain(async () => {
  await install();
  const { check, counts, finish } = createChecks();
  await check('The site is built', build);
  await check('Links of the markdown files lead somewhere', () =>
    refuse(brokenLinksOfMarkdown(root, filesBelow(root, '.md'))),
  );
  if (existsSync(site)) {
    await check('Links of the site lead somewhere', () => {
      const { links, broken } = brokenLinksOfSite(site);
      if (links < 1000) throw new Error(`Only ${links} links were found: this is not the site.`);
      refuse(broken);
    });
  }
  if (process.argv.includes('--build') || counts.passed === 0) return finish();
  const address = await serve();
  say(`\n${counts.passed} passed, ${counts.failed} failed. Ctrl+C ends it.`);
  console.log(address);
});
