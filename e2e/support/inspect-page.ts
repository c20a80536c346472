import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const screenshots = fileURLToPath(new URL('../screenshots', import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const schemes = ['light', 'dark'] as const;
const widths = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } } as const;

/** A finding in one line: rule, element, what to do. */
const describeViolation = ({ id, help, nodes }: axe.Result) =>
  `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join(', ')})`;

const everyRule = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Those that look at colours. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/**
 * Runs axe-core's rules for WCAG 2.2 A and AA, or those named. It is evaluated by the debugger, which a page's Content
 * Security Policy does not bind: the policy stays on.
 */
async function scanPage(page: Page, runOnly: axe.RunOnly): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate((only) => {
    const { axe: runner } = window as unknown as { axe: typeof axe };
    return runner.run(document, { runOnly: only, resultTypes: ['violations'] });
  }, runOnly);
  return violations.map(describeViolation);
}

/** What the rules that look at no colour judge: the document, and of each element its place, its size and whether it is seen. */
const readStructure = (page: Page) =>
  page.evaluate(() => {
    const boxes = [...document.querySelectorAll('*')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const { visibility, opacity } = getComputedStyle(element);
      return [x, y, width, height, visibility, opacity].join(' ');
    });
    return `${document.documentElement.outerHTML}\n${boxes.join('\n')}`;
  });

const overflowsSideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** Pictures cost as much as the rules, and nobody looks at those of an ordinary run. */
const takesPictures = process.env.POSTERN_SCREENSHOTS === 'all';

/**
 * Looks at the page as it is in light and dark, at desktop and phone width, and returns what is wrong with it
 * (accessibility, sideways scrolling). Where the other scheme changes colours alone, the rules that look at colours are run
 * again, else every one. With `POSTERN_SCREENSHOTS=all` a picture of each goes to `e2e/screenshots`.
 */
export async function inspectPage(page: Page, name: string): Promise<string[]> {
  if (takesPictures) mkdirSync(screenshots, { recursive: true });
  const problems: string[] = [];
  for (const [device, viewport] of Object.entries(widths)) {
    await page.setViewportSize(viewport);
    let judged = '';
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const shown = `${name}-${device}-${colorScheme}`;
      if (takesPictures) await page.screenshot({ path: join(screenshots, `${shown}.png`), fullPage: true });
      const structure = await readStructure(page);
      const rules: axe.RunOnly =
        structure === judged ? { type: 'rule', values: colourRules } : { type: 'tag', values: everyRule };
      judged = structure;
      problems.push(...(await scanPage(page, rules)).map((violation) => `${shown}: ${violation}`));
      if (await overflowsSideways(page)) problems.push(`${shown}: scrolls sideways`);
    }
  }
  await page.setViewportSize(widths.desktop);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return problems;
}
