import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromRoot } from './paths.mjs';

const allowed = {
  postern: [/^(README|CHANGELOG)\.md$/, /^LICENSE$/, /^package\.json$/, /^dist\//, /^src\/.+\.tsx?$/],
  tenant: [/^(README|CHANGELOG)\.md$/, /^LICENSE$/, /^package\.json$/, /^dist\//, /^tenant\.schema\.json$/],
};

/** No test, setting or leftover; what is made for Jest is called `testing`, and no `test`. */
const unwanted = [
  /\.(test|spec|bench)\./,
  /(^|\/)(test|tests|__tests__|coverage|node_modules)\//,
  /\.tsbuildinfo$/,
  /(^|\/)\./,
];

/** Kilobytes packed and unpacked: whoever adds much finds it here. */
const budgets = { postern: { size: 870, unpackedSize: 3_400 }, tenant: { size: 1_350, unpackedSize: 6_000 } };

/** Every string in "exports", "bin" and "types". */
function targetsOf(value) {
  if (typeof value === 'string') return value.startsWith('./') ? [value.slice(2)] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targetsOf) : [];
}

/**
 * What is wrong with a tarball, a sentence each.
 *
 * @param {'postern' | 'tenant'} directory
 * @param {{ contents: { path: string, mode: number }[], size: number, unpackedSize: number }} tarball
 */
export function faultsIn(directory, { contents, size, unpackedSize }) {
  const folder = fromRoot('packages', directory);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const paths = new Set(contents.map(({ path }) => path));
  const faults = [];
  for (const path of paths) {
    if (!allowed[directory].some((pattern) => pattern.test(path))) faults.push(`${path} has no place in the package.`);
    if (unwanted.some((pattern) => pattern.test(path))) faults.push(`${path} is of no use to anybody who installs it.`);
  }
  for (const path of ['README.md', 'LICENSE', 'package.json']) if (!paths.has(path)) faults.push(`${path} is missing.`);
  const { exports, bin, types } = manifest;
  for (const target of targetsOf([exports, bin, types]))
    if (!paths.has(target)) faults.push(`package.json names ${target}, which is missing.`);
  for (const target of targetsOf(bin)) {
    const command = contents.find(({ path }) => path === target);
    if (command && (command.mode & 0o111) === 0)
      faults.push(`${target} cannot be run: its mode is ${command.mode.toString(8)}.`);
  }
  faults.push(
    ...[...paths].filter((path) => path.endsWith('.map')).flatMap((path) => faultsOfMap(folder, path, paths)),
  );
  for (const path of [...paths].filter((one) => /\.[cm]?js$/.test(one) && existsSync(join(folder, one))))
    for (const [, name] of readFileSync(join(folder, path), 'utf8').matchAll(/^\/\/# sourceMappingURL=(\S+)$/gm))
      if (!paths.has(join(dirname(path), name))) faults.push(`${path} names ${name}, which is missing.`);
  for (const [what, kilobytes] of Object.entries({ size, unpackedSize }))
    if (kilobytes / 1000 > budgets[directory][what])
      faults.push(`${what} is ${Math.round(kilobytes / 1000)} kB, over its budget of ${budgets[directory][what]} kB.`);
  return faults;
}

/** A map either holds its sources or points to such as are in the package. */
function faultsOfMap(folder, path, paths) {
  const { sources, sourcesContent = [] } = JSON.parse(readFileSync(join(folder, path), 'utf8'));
  return sources.flatMap((source, index) => {
    if (typeof sourcesContent[index] === 'string') return [];
    const target = join(dirname(path), source);
    if (paths.has(target)) return [];
    return [`${path} points to ${source}, which is ${existsSync(join(folder, target)) ? 'left out' : 'not there'}.`];
  });
}
