import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { installDocsSite } from './lib/docs-site.mjs';
import { fromRoot } from './lib/paths.mjs';
import { runMain, say } from './lib/say.mjs';
import { Services } from './lib/services.mjs';
import { setUp } from './setup.mjs';

/**
 * `npm run pictures`: the pictures of the documentation. Diagrams are drawn from `docs/pictures/*.mmd`, and the product is
 * photographed as `npm start` shows it; each in light and dark.
 */

const folder = fromRoot('docs/pictures');
const schemes = /** @type {const} */ (['light', 'dark']);
const switches = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

const colours = {
  light: { ink: '#1c2b26', line: '#5d6f68', box: '#e6f0ec', note: '#fdf3dc', edge: '#9fb5ac', label: '#ffffff' },
  dark: { ink: '#e8efec', line: '#9fb5ac', box: '#22332d', note: '#43391f', edge: '#5d6f68', label: '#0d1117' },
};

/** Of one width on every system. */
const fontFamily = 'Arial, Helvetica, sans-serif';

/** @param {'light' | 'dark'} scheme */
function styleOf(scheme) {
  const { ink, line, box, note, edge, label } = colours[scheme];
  return {
    startOnLoad: false,
    // Plain text elements, as an image shows no HTML inside of SVG.
    htmlLabels: false,
    fontFamily,
    theme: 'base',
    themeVariables: {
      darkMode: scheme === 'dark',
      fontFamily,
      lineColor: line,
      textColor: ink,
      primaryColor: box,
      primaryTextColor: ink,
      primaryBorderColor: edge,
      clusterBkg: 'transparent',
      clusterBorder: edge,
      edgeLabelBackground: label,
      actorLineColor: edge,
      signalColor: line,
      signalTextColor: ink,
      noteBkgColor: note,
      noteTextColor: ink,
      noteBorderColor: edge,
    },
    flowchart: { wrappingWidth: 320 },
    sequence: { mirrorActors: false, actorMargin: 20, messageFontSize: 20, noteFontSize: 18, actorFontSize: 20 },
  };
}

/** @param {import('playwright-core').Browser} browser */
async function drawDiagrams(browser) {
  const page = await browser.newPage();
  await page.goto('about:blank');
  await page.addScriptTag({ path: fromRoot('docs-site/node_modules/mermaid/dist/mermaid.min.js') });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.mmd'))) {
    const name = file.replace('.mmd', '');
    const source = readFileSync(join(folder, file), 'utf8');
    for (const scheme of schemes) {
      const svg = await page.evaluate(
        async ([id, text, style]) => {
          globalThis.mermaid.initialize(style);
          return (await globalThis.mermaid.render(id, text)).svg;
        },
        [`${name}-${scheme}`, source, styleOf(scheme)],
      );
      await writeFile(join(folder, `${name}-${scheme}.svg`), `${svg}\n`);
    }
    say(`Drawn: ${name}`);
  }
  await page.close();
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {{ demo: string, control: string, secret: string }} addresses
 */
async function photograph(browser, { demo, control, secret }) {
  const context = await browser.newContext({ viewport: { width: 1120, height: 720 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const take = async (name) => {
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    }
    say(`Taken: ${name}`);
  };
  await page.goto(demo);
  await page.getByRole('button', { name: 'Sign in' }).first().click();
  await page.getByLabel('Email address').fill('user@example.com');
  await take('log-in');
  await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-42');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByLabel('New note').fill('Oil the hinges');
  await page.getByRole('button', { name: 'Add note' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Oil the hinges' }).waitFor();
  await page.getByRole('link', { name: 'Tokens' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await take('demo');
  await page.goto(`${control}?secret=${secret}`);
  await page.getByRole('link', { name: 'Events' }).click();
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
  await take('dashboard');
  await context.close();
}

await runMain(async () => {
  const { node, chromium: executablePath } = await setUp({ chromium: true });
  await installDocsSite();
  const services = new Services({ onUnexpectedEnd: (name, code) => say(`${name} ended by itself (code ${code}).`) });
  const browser = await chromium.launch({ executablePath, args: switches });
  try {
    await drawDiagrams(browser);
    const args = [fromRoot('scripts/start.mjs'), '--json', '--port', '0'];
    await photograph(browser, await services.start('start', node, args).ready);
  } finally {
    await browser.close();
    await services.stop();
  }
});
