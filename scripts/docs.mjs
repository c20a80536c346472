import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { createChecks } from './lib/checks.mjs';
import { docsSite, installDocsSite } from './lib/docs-site.mjs';
import { brokenLinksOfMarkdown, brokenLinksOfSite, filesBelow } from './lib/links.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { runMain, say } from './lib/say.mjs';

/**
 * `npm run docs`: the documentation as a site, from `docs/` and the doc comments; served on this machine until Ctrl+C.
 * `npm run docs -- --build` builds and checks it, and ends.
 */

const site = join(docsSite, 'dist');

async function build() {
  const typedoc = join(docsSite, 'node_modules', 'typedoc', 'bin', 'typedoc');
  const { code, output } = await run('node', [typedoc, '--options', join(docsSite, 'typedoc.config.mjs')], {
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
  await installDocsSite();
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
