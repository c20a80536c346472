import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromRoot } from '../lib/paths.mjs';

/** docs/migrate.md and the small apps that were converted by it: neither names what the other does not. */

const guide = readFileSync(fromRoot('docs/migrate.md'), 'utf8');
const examples = [...guide.matchAll(/^```tsx?\n([\s\S]*?)^```$/gm)].map(([, code]) => code).join('\n');

/** The sources below a folder, as one text. */
const sourcesOf = (folder: string, ending: RegExp) =>
  readdirSync(fromRoot(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => readFileSync(join(fromRoot(folder), name), 'utf8'))
    .join('\n');

const typesOf = (name: string) => sourcesOf(`node_modules/${name}/dist`, /\.d\.ts$/);

/** The rows of the table below a heading, each as the text of its cells. */
function tableOf(heading: string): string[][] {
  const section = guide.split(`${heading}\n`)[1]?.split(/^##/m)[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.slice(2, -2).split(' | '));
}

/** The names in the code of a cell. What stands in quotes is a value, and may be anything. */
const namesIn = (cell = '') =>
  [...cell.matchAll(/`([^`]+)`/g)].flatMap(
    ([, code = '']) => code.replace(/'[^']*'/g, '').match(/[a-zA-Z_]\w{2,}/g) ?? [],
  );

const literals = new Set(['await', 'const', 'false', 'null', 'true', 'undefined', 'unknown', 'options', 'Claims']);
const missing = (names: readonly string[], text: string) =>
  names.filter((name) => !literals.has(name) && !new RegExp(`\\b${name}\\b`).test(text));

/** Lines that are neither empty nor a comment. */
const countLines = (text: string) =>
  text.split('\n').filter((line) => line.trim() && !/^\s*(\/\/|\/?\*)/.test(line)).length;

const ways = [
  { heading: '### Version 4', folder: 'apps/migrate-native/src/react-native-auth0-v4', also: '', rows: 7 },
  {
    heading: '## From auth0-react',
    folder: 'e2e/migrate-auth0-react',
    also: typesOf('@auth0/auth0-react') + typesOf('@auth0/auth0-spa-js'),
    rows: 24,
  },
  { heading: '## From expo-auth-session', folder: 'apps/migrate-native/src/expo-auth-session', also: '', rows: 10 },
];

describe.each(ways)('$heading', ({ heading, folder, also, rows }) => {
  const before = sourcesOf(`${folder}/before`, /\.tsx?$/);
  const after = sourcesOf(`${folder}/after`, /\.tsx?$/);
  const table = tableOf(heading);

  it('has a row for each', () => expect(table).toHaveLength(rows));

  it.each(table)('%s', (theirs, ours) => {
    expect(missing(namesIn(theirs), before + also)).toEqual([]);
    expect(missing(namesIn(ours), after + examples)).toEqual([]);
  });
});

it('the lines of the app of expo-auth-session are counted', () => {
  const [before, after] = ['before', 'after'].map((side) =>
    countLines(sourcesOf(`apps/migrate-native/src/expo-auth-session/${side}`, /\.tsx?$/)),
  );
  expect(guide.replaceAll('\n', ' ')).toContain(`had ${before} lines of code and has ${after}.`);
});
