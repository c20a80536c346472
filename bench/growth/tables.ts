import type { Table } from '../lib/result.ts';
import { median, ratio, withSpread } from '../lib/statistics.ts';
import type { Load } from './load.ts';
import type { Cell, CleanUp } from './measure.ts';

const digitsOf = (value: number) => (value < 10 ? 1 : 0);
export const people = (count: number): string => `${count.toLocaleString('en')} users`;
const milliseconds = (value: number) => `${value.toFixed(digitsOf(value))} ms`;
const nameOf = ({ database: { engine, count }, processes }: Cell) =>
  `${engine}${processes === 1 ? '' : `, ${processes} processes`}, ${people(count)}`;

interface Measure {
  readonly title: string;
  readonly unit: string;
  /** One value, or one of each round. */
  readonly of: (cell: Cell) => readonly number[];
}

const measuresOf = (loads: readonly Load[]): readonly Measure[] => [
  { title: 'ready', unit: 'ms', of: ({ starts }) => starts },
  { title: 'memory, started', unit: 'MB', of: ({ memoryAtStart }) => [memoryAtStart] },
  { title: 'memory, after all loads', unit: 'MB', of: ({ memoryAfterLoad }) => [memoryAfterLoad] },
  ...loads.map(({ title }) => ({ title, unit: '/s', of: ({ figures }: Cell) => figures.get(title) ?? [] })),
  { title: 'database', unit: 'MB', of: ({ database }) => [database.size] },
];

/** One engine: sizes side by side, each over the smallest. */
export function growthTable(caption: string, cells: readonly Cell[], loads: readonly Load[]): Table {
  const [smallest] = cells;
  return {
    caption,
    columns: ['', ...cells.map(({ database }) => people(database.count))],
    rows: measuresOf(loads).map(({ title, unit, of }) => [
      title,
      ...cells.map((cell) => {
        const values = of(cell);
        const digits = digitsOf(median(values));
        const text = values.length > 1 ? withSpread(values, digits, unit) : `${median(values).toFixed(digits)} ${unit}`;
        return cell === smallest || smallest === undefined
          ? text
          : `${text}, ${ratio(median(values), median(of(smallest)))}`;
      }),
    ]),
  };
}

/** What several processes do, over what one does on the same database. */
export function processesTable(
  caption: string,
  pairs: readonly (readonly [one: Cell, several: Cell])[],
  loads: readonly Load[],
): Table {
  return {
    caption,
    columns: ['', ...pairs.map(([{ database }]) => people(database.count))],
    rows: loads.map(({ title }) => [
      title,
      ...pairs.map(([one, several]) =>
        ratio(median(several.figures.get(title) ?? []), median(one.figures.get(title) ?? [])),
      ),
    ]),
  };
}

export function stallTable(
  caption: string,
  cells: readonly Cell[],
  loads: readonly Load[],
  cleanUps: readonly CleanUp[],
): Table {
  return {
    caption,
    columns: ['', ...cells.map(nameOf)],
    rows: [
      ...loads.map(({ title }) => [title, ...cells.map(({ stalls }) => milliseconds(median(stalls.get(title) ?? [])))]),
      ...(['nothing', 'everything'] as const).map((due) => [
        `clean-up, ${due} expired`,
        ...cells.map((cell) => {
          const found = cleanUps.find((one) => one.cell === cell && one.due === due);
          return milliseconds(found?.longestStall ?? Number.NaN);
        }),
      ]),
    ],
  };
}

export function cleanUpTable(caption: string, cleanUps: readonly CleanUp[]): Table {
  return {
    caption,
    columns: ['', 'takes', 'answers meanwhile', 'median answer', 'longest answer'],
    rows: cleanUps.map(({ cell, due, took, answers }) => [
      `${nameOf(cell)}, ${due} expired`,
      milliseconds(took),
      String(answers.length),
      milliseconds(median(answers)),
      milliseconds(Math.max(...answers)),
    ]),
  };
}
