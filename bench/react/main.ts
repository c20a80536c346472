import { type Setting, settings } from '../browser/contenders.ts';
import { startStage } from '../browser/stage.ts';
import { describeMachine, quick, versionOf, writeResult } from '../lib/result.ts';
import { median, ratio, withSpread } from '../lib/statistics.ts';
import { countRenders, type Mounts, measureMounts, type Renders, SETTLE_MS } from './measure.ts';

/** Provider and hook of Postern beside those it stands in for: how often a component renders, and what a provider costs. */
const ROUNDS = quick ? 1 : 7;
const READS = 100;
const MOUNTS = quick ? 40 : 200;

const entries = {
  postern: new URL('./page/postern.tsx', import.meta.url),
  '@auth0/auth0-react': new URL('./page/auth0-react.tsx', import.meta.url),
  'react-native-auth0': new URL('./page/react-native-auth0.tsx', import.meta.url),
} as const;
type Name = keyof typeof entries;
const names = Object.keys(entries) as Name[];

interface Round {
  readonly setting: Setting;
  readonly name: Name;
  readonly renders: Renders;
  readonly mounts: Mounts;
}

const machine = describeMachine();
const stage = await startStage({ ...entries, none: new URL('./page/no-library.tsx', import.meta.url) });
const rounds: Round[] = [];
/** What React takes for the same tree without a provider. */
const bare: number[] = [];
let chromium: string;
try {
  chromium = stage.browser.version();
  for (let number = 0; number < ROUNDS; number += 1) {
    bare.push((await measureMounts(stage, stage.origins.none.isolated, {}, MOUNTS)).mount);
    for (const setting of settings) {
      for (let turn = 0; turn < names.length; turn += 1) {
        const name = names[(turn + number) % names.length] ?? 'postern';
        const { plain, isolated } = stage.origins[name];
        const renders = await countRenders(stage, plain, setting.choice, READS);
        const mounts = await measureMounts(stage, isolated, setting.choice, MOUNTS);
        rounds.push({ setting, name, renders, mounts });
        console.log(
          `${number + 1}/${ROUNDS} ${setting.title}, ${name}: ${renders.reads} renders of ${READS} reads, mount ${mounts.mount.toFixed(3)} ms`,
        );
      }
    }
  }
} finally {
  await stage.close();
}

const valuesOf = (setting: Setting, name: Name, read: (round: Round) => number) =>
  rounds.filter((round) => round.setting === setting && round.name === name).map(read);
const rowsOf = (cells: (setting: Setting, name: Name) => readonly string[]) =>
  settings.flatMap((setting) => names.map((name) => [setting.title, name, ...cells(setting, name)]));

const counted = (setting: Setting, name: Name, read: (round: Round) => number): string => {
  const values = valuesOf(setting, name, read);
  return new Set(values).size === 1 ? String(values[0]) : withSpread(values, 0);
};
const timed = (setting: Setting, name: Name, read: (round: Round) => number, digits: number): string[] => {
  const values = valuesOf(setting, name, read);
  const ours = median(valuesOf(setting, 'postern', read));
  return [withSpread(values, digits), name === 'postern' ? '' : ratio(median(values), ours)];
};

function readRenders(what: string, read: (round: Round) => number): string[] {
  const lists = settings.map((setting) => {
    const figures = names.map((name) => `${name} ${median(valuesOf(setting, name, read))}`);
    return `${setting.title}: ${figures.join(', ')}`;
  });
  return [`Renders of a component that uses the hook, ${what} – ${lists.join('; ')}.`];
}

function readMounts(): string[] {
  return settings.map((setting) => {
    const [ours = Number.NaN, ...others] = names.map((name) =>
      median(valuesOf(setting, name, ({ mounts }) => mounts.mount)),
    );
    const figures = others.map(
      (theirs, index) => `${names[index + 1]} ${theirs.toFixed(2)} ms (${ratio(theirs, ours)})`,
    );
    return `Mounting a provider, ${setting.title}: ${ours.toFixed(2)} ms, ${figures.join(', ')}; React alone ${median(bare).toFixed(2)} ms.`;
  });
}

await writeResult('react', {
  title: 'In React',
  method: [
    `The pages, the tenant and the settings are those of “In the browser”, with each library's provider and one component below it that uses its hook; React ${versionOf('react')} built for production, Chromium ${chromium}. ${ROUNDS} rounds, each through all settings and libraries in turn; a ratio is theirs over Postern's.`,
    `Renders are counted in that component, which React calls for no other reason than the context: while ${READS} reads (\`getCredentials()\`, of auth0-react \`getAccessTokenSilently()\`) that need no renewal are made one after another, a task apart; on the page that a login comes back to, from its beginning until ${SETTLE_MS} ms after the user is known; and on a page with a session, the same way. Two is the least for the latter: loading, and loaded.`,
    `A mount is \`flushSync\` of a new root with provider and component, its effects included, in a page where nobody is signed in: the median of ${MOUNTS} mounts. “Known” is the time until the component has been told that nobody is. react-native-auth0 keeps one client for all mounts of a page with the same options; the others make one each.`,
    machine,
  ],
  versions: Object.fromEntries([...names, 'react'].map((name) => [name, versionOf(name)])),
  tables: [
    {
      caption: 'Renders of a component that uses the hook',
      columns: ['Setting', 'Library', `${READS} reads`, 'Login callback', 'Start with a session'],
      rows: rowsOf((setting, name) => [
        counted(setting, name, ({ renders }) => renders.reads),
        counted(setting, name, ({ renders }) => renders.callback),
        counted(setting, name, ({ renders }) => renders.start),
      ]),
    },
    {
      caption: `A provider is mounted, nobody is signed in, ms (React alone: ${withSpread(bare, 3)})`,
      columns: ['Setting', 'Library', 'Mount', 'Ratio', 'Known', 'Ratio'],
      rows: rowsOf((setting, name) => [
        ...timed(setting, name, ({ mounts }) => mounts.mount, 3),
        ...timed(setting, name, ({ mounts }) => mounts.known, 2),
      ]),
    },
  ],
  reading: [
    ...readRenders(`${READS} reads`, ({ renders }) => renders.reads),
    ...readRenders('a login callback', ({ renders }) => renders.callback),
    ...readRenders('a start with a session', ({ renders }) => renders.start),
    ...readMounts(),
  ],
});
