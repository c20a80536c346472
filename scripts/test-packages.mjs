import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createChecks } from './lib/checks.mjs';
import { EmptyProjects } from './lib/empty-projects.mjs';
import { faultsIn } from './lib/package-contents.mjs';
import { run } from './lib/run.mjs';
import { bold, dim, runMain, say } from './lib/say.mjs';
import { freePort, Services, waitUntilAnswers } from './lib/services.mjs';
import { setUp } from './setup.mjs';

/**
 * `npm run test:packages`: what npm would get, installed into empty projects outside of the workspace, and used there as people
 * use it. Installs much, and so is no part of `npm test`. `-- --only node,jest` runs some of it, `--keep` leaves the projects
 * for a look. Expo and React Native install the same tarball in `npm run test:native`.
 */

const projects = new EmptyProjects();
const { check, finish } = createChecks();
const services = new Services({ onUnexpectedEnd: (name, code) => say(`${name} ended with code ${code}.`) });

/** The tenant of the tarball, with its sample; any loopback address is a callback of `postern-spa`. */
async function startTenant(project) {
  const command = join(project.folder, 'node_modules', '.bin', 'postern-tenant');
  const { ready } = services.start(`tenant ${project.name}`, command, ['--port', '0', '--json'], {
    env: project.environment(),
  });
  const { issuer } = await ready;
  return new URL(issuer).origin;
}

async function serve(project, name, command, args, env) {
  const port = await freePort(0);
  const program = join(project.folder, 'node_modules', '.bin', command);
  services.start(name, program, [...args, String(port)], {
    cwd: project.folder,
    env: { ...project.environment(), ...env },
  });
  const url = `http://localhost:${port}`;
  await waitUntilAnswers(`${url}/`);
  return url;
}

const steps = {
  contents: async () => {
    for (const [directory, tarball] of Object.entries(projects.tarballs)) {
      const { size, unpackedSize, contents } = tarball;
      const figures = `${contents.length} files, ${Math.round(size / 1000)} kB, unpacked ${Math.round(unpackedSize / 1000)} kB`;
      await check(`${directory}: ${figures}`, () => assert.deepEqual(faultsIn(directory, tarball), []));
    }
    await check('declarations under two majors of TypeScript', async () => {
      const { code, output } = await run('node', ['scripts/check-declarations.mjs'], { quiet: true });
      if (code !== 0) throw new Error(output);
    });
  },

  node: async () => {
    const project = await check('installs without a complaint', () => projects.create('node'));
    if (!project) return;
    for (const file of ['login.mjs', 'login.cjs', 'login.ts'])
      await check(`${file} signs in`, async () => assert.equal(await project.expect('node', [file]), 'signed in\n'));
    for (const typescript of ['typescript', 'typescript-6'])
      for (const resolution of ['nodenext', 'bundler'])
        await check(`login.ts compiles: ${typescript}, ${resolution}, skipLibCheck off`, () =>
          project.expect('node', [`node_modules/${typescript}/bin/tsc`, '-p', `tsconfig.${resolution}.json`]),
        );
    await check('npx postern', async () => {
      assert.match(await project.expect('npx', ['--no', '--', 'postern', '--help']), /Sign in from the command line/);
      const { code } = await project.run('npx', ['--no', '--', 'postern', 'no-such-command']);
      assert.notEqual(code, 0);
    });
    let origin = '';
    await check('npx postern-tenant', async () => {
      assert.match(await project.expect('npx', ['--no', '--', 'postern-tenant', '--help']), /--config/);
      origin = await startTenant(project);
      const discovery = await (await fetch(`${origin}/.well-known/openid-configuration`)).json();
      assert.equal(new URL(discovery.issuer).origin, origin);
    });
    await check('npx postern doctor: nothing is wrong', async () => {
      const where = ['--domain', origin, '--client-id', 'postern-cli'];
      const report = await project.expect('npx', ['--no', '--', 'postern', 'doctor', ...where]);
      assert.match(report, /✓ The callback URL http:\/\/127\.0\.0\.1:\d+\/callback is taken/);
      assert.match(report, /Nothing was found wrong/);
    });
  },

  vite: async ({ browser }) => {
    const project = await check('installs without a complaint', () => projects.create('vite-react'));
    if (!project) return;
    const env = { VITE_DOMAIN: await startTenant(project) };
    await check('compiles, skipLibCheck off', () => project.expect('tsc', ['-p', '.']));
    await check('vite build: the browser’s platform, and nothing of Node’s or Jest’s', async () => {
      const output = await project.expect('vite', ['build'], { env });
      assert.doesNotMatch(output, /externalized|warning/i);
      const assets = readdirSync(join(project.folder, 'dist', 'assets')).filter((name) => name.endsWith('.js'));
      const code = assets.map((name) => project.read('dist', 'assets', name)).join('\n');
      assert.match(code, /indexedDB/);
      assert.doesNotMatch(code, /['"`]node:|runInThisContext/);
    });
    await check('built and served: a person signs in and out', async () => {
      const url = await serve(project, 'vite-preview', 'vite', ['preview', '--strictPort', '--port'], env);
      await (await browser()).signInAndOut(url);
    });
    await check('in development: a person signs in and out', async () => {
      const url = await serve(project, 'vite', 'vite', ['--strictPort', '--port'], env);
      await (await browser()).signInAndOut(url);
    });
  },

  next: async ({ browser }) => {
    const project = await check('installs without a complaint', () => projects.create('next'));
    if (!project) return;
    const env = { NEXT_PUBLIC_DOMAIN: await startTenant(project), NODE_ENV: 'production' };
    const built = await check('next build', () => project.expect('next', ['build'], { env }));
    if (!built) return;
    const url = await serve(project, 'next', 'next', ['start', '--hostname', 'localhost', '--port'], env);
    for (const path of ['/', '/provider-alone', '/legacy']) {
      await check(`${path} is rendered on the server, as loading`, async () => {
        const html = await (await fetch(url + path)).text();
        assert.match(html, /One moment…/);
      });
      await check(`${path} hydrates without a mismatch; a person signs in and out`, async () =>
        (await browser()).signInAndOut(url + path),
      );
    }
    await check('the server has no global that it should not have', async () => {
      const { fresh, named } = await (await fetch(`${url}/globals`)).json();
      assert.deepEqual(named, []);
      assert.ok(Array.isArray(fresh));
      assert.deepEqual(
        fresh.filter((name) => /postern|auth0/i.test(name)),
        [],
      );
    });
  },

  jest: async () => {
    const project = await check('installs without a complaint', () => projects.create('jest'));
    if (!project) return;
    for (const environment of ['node', 'jsdom'])
      await check(`Jest as it comes, ${environment}`, () => project.expect('jest', [`${environment}.test.js`]));
  },

  vitest: async () => {
    const project = await check('installs without a complaint', () => projects.create('vitest'));
    if (!project) return;
    for (const environment of ['node', 'jsdom', 'happy-dom'])
      await check(`Vitest as it comes, ${environment}`, () => project.expect('vitest', ['run', `${environment}.test`]));
  },
};

function chosen() {
  const flag = process.argv.indexOf('--only');
  if (flag === -1) return Object.entries(steps);
  const names = (process.argv[flag + 1] ?? '').split(',');
  const unknown = names.filter((name) => !(name in steps));
  if (unknown.length > 0) {
    say(`Nothing is called ${unknown.join(', ')}. There are: ${Object.keys(steps).join(', ')}.`);
    process.exit(2);
  }
  return Object.entries(steps).filter(([name]) => names.includes(name));
}

/** Launched by the first step that needs it. */
function browserOnDemand() {
  let opening;
  return {
    browser: async () => {
      const { launch, signInAndOut } = await import('./lib/door-in-chromium.mjs');
      opening ??= launch();
      const browser = await opening;
      return { signInAndOut: (url) => signInAndOut(browser, url) };
    },
    close: async () => (await opening)?.close(),
  };
}

await runMain(async () => {
  const wanted = chosen();
  const { chromium } = await setUp({ chromium: wanted.some(([name]) => ['vite', 'next'].includes(name)) });
  if (chromium) process.env.CHROMIUM_PATH = chromium;
  const { browser, close } = browserOnDemand();
  try {
    await projects.pack();
    for (const [name, step] of wanted) {
      say(`\n${bold(`== ${name}`)}`);
      await step({ browser });
    }
  } finally {
    await close();
    await services.stop();
    if (process.argv.includes('--keep')) say(dim(`The projects are in ${projects.scratch('')}.`));
    else projects.remove();
  }
  finish();
});
