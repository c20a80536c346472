import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { drawChart } from './draw-chart.mjs';
import { parts } from './parts.mjs';

/** Writes docs/benchmarks.md and its pictures from the results of the parts; nobody else does. */

const introduction = `# Benchmarks

\`npm run bench\` measures all of this again, on your machine; \`npm run bench -- bytes tenant\` measures some of it. What is compared
takes turns in one run on one machine: the ratios count, more than the figures. Written by \`bench/write-page.mjs\`.`;

const cell = (text) => text.replaceAll('|', '\\|');

function writeTable({ caption, columns, rows }) {
  for (const row of rows) {
    if (row.length !== columns.length)
      throw new Error(`${caption}: a row has ${row.length} cells, not ${columns.length}`);
  }
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [`**${caption}**`, [line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n')];
}

/** The chart in words, for who does not see it. */
const describeChart = ({ title, unit, bars }) =>
  `${title}, ${unit}: ${bars.map(({ label, value }) => `${label} ${value}`).join('; ')}`.replaceAll(/[[\]]/g, '');

function writePart(result) {
  const versions = Object.entries(result.versions).map(([name, version]) => `\`${name}\` ${version}`);
  return [
    `## ${result.title}`,
    result.reading.map((sentence) => `- ${sentence}`).join('\n'),
    ...(result.charts ?? []).map((chart) => `![${describeChart(chart)}](benchmarks/${chart.name}.svg)`),
    ...result.tables.flatMap(writeTable),
    ...result.method,
    `Measured on ${result.measuredOn} by \`${result.command}\`, with ${versions.join(', ')}.`,
  ].filter((block) => block !== '');
}

/**
 * @param {readonly import('./lib/result.ts').Result[]} results
 * @returns {string} the page
 */
export const composePage = (results) => `${[introduction, ...results.flatMap(writePart)].join('\n\n')}\n`;

/** The results there are, in the page's order. */
export function readResults() {
  return parts
    .map((part) => new URL(`results/${part}.json`, import.meta.url))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')));
}

export function writePage() {
  const results = readResults();
  writeFileSync(new URL('../docs/benchmarks.md', import.meta.url), composePage(results));
  const pictures = new URL('../docs/benchmarks/', import.meta.url);
  mkdirSync(pictures, { recursive: true });
  for (const chart of results.flatMap(({ charts = [] }) => charts)) {
    writeFileSync(new URL(`${chart.name}.svg`, pictures), drawChart(chart));
  }
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) writePage();
