import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from './methods.ts';

/** A column of the tables. */
export type PlaceName = 'browser' | 'phone' | 'node' | 'memory';

/** How a test shows something, from the strongest to the weakest. */
export type Surroundings = keyof typeof meanings;

export const meanings = {
  Chromium: 'a real Chromium',
  'Node, real': 'Node, with its own platform: files, locks, processes and the loopback address are the machine’s',
  jest: 'jest-expo, as iOS and as Android: React Native’s own JavaScript with a device’s globals, Expo’s modules faked from their types',
  fakes: 'Node, with the React Native platform’s own code over fakes of Expo’s modules',
  core: 'Node, with no code of that platform: the core over a platform of memory, which is the same code everywhere',
} as const;

const order = Object.keys(meanings) as Surroundings[];

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const chromium = 'e2e/support/chromium.ts';
const phone = 'packages/postern/test/support/phone.ts';
const nodePlatform = 'packages/postern/src/platform/node/index.ts';

/** The default runs on Node's own platform, too, which a client gets that names none. */
const onItsOwnPlatform = ['e2e/methods/node.test.ts'];

/** How a cell is shown: the strongest first. */
export function shownIn({ tests }: Pick<Place, 'tests'>, place: PlaceName): Surroundings[] {
  const files = tests?.map(({ file }) => file) ?? ['e2e/methods/cases.ts'];
  const found = new Set(files.map((file) => surroundingsOf(file, place)));
  return order.filter((one) => found.has(one));
}

/**
 * How the tests of a file show what they show, by where the file is and by what it runs on: the modules it imports. Nobody
 * writes it down.
 */
export function surroundingsOf(file: string, place: PlaceName): Surroundings {
  if (file.startsWith('native/sdk/')) return 'jest';
  const runner = runnerOf(file, place);
  const reached = modulesReachedFrom(runner);
  if (place === 'node' && (reached.has(nodePlatform) || onItsOwnPlatform.includes(runner))) return 'Node, real';
  if (place === 'phone') return reached.has(phone) ? 'fakes' : 'core';
  return place === 'browser' && reached.has(chromium) ? 'Chromium' : 'core';
}

/** A table of cases says nothing of where they run: each place has a runner of its own. */
function runnerOf(file: string, place: PlaceName): string {
  if (file.startsWith('e2e/methods/')) return `e2e/methods/${place === 'browser' ? 'chromium' : 'node'}.test.ts`;
  return file === 'e2e/drop-in/calls.ts' ? 'e2e/drop-in/drop-in.test.ts' : file;
}

const known = new Map<string, ReadonlySet<string>>();

/** Files of ours that a file imports, and those import; what is imported for its types alone runs nothing. */
export function modulesReachedFrom(file: string): ReadonlySet<string> {
  const before = known.get(file);
  if (before) return before;
  const reached = new Set<string>();
  const look = (one: string) => {
    if (reached.has(one) || !existsSync(join(root, one))) return;
    reached.add(one);
    const text = readFileSync(join(root, one), 'utf8');
    for (const [, name = ''] of text.matchAll(/^(?:import|export)\s(?!type\b)[^'";]*?'(\.{1,2}\/[^']+)'/gm))
      look(relative(root, join(root, dirname(one), name)));
    for (const [, name = ''] of text.matchAll(/\bimport\('(\.{1,2}\/[^']+)'\)|^import '(\.{1,2}\/[^']+)'/gm))
      look(relative(root, join(root, dirname(one), name)));
  };
  look(file);
  known.set(file, reached);
  return reached;
}
