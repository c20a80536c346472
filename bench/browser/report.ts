import type { Table } from '../lib/result.ts';
import { median, ratio, withSpread } from '../lib/statistics.ts';
import { type Name, names, type Setting, settings } from './contenders.ts';
import type { ReadFigures } from './measure-reads.ts';
import { type DistantFigures, type Situation, situations, type VisitFigures } from './measure-visit.ts';

export interface Figures extends VisitFigures, DistantFigures {
  readonly reads: ReadFigures;
}

/** One library's turn. */
export interface Round {
  readonly setting: Setting;
  readonly name: Name;
  readonly figures: Figures;
}

/** One number of a turn. */
export type Measure = (figures: Figures) => number;

export const titles: Readonly<Record<Name, string>> = {
  postern: 'postern',
  'auth0-spa-js': '@auth0/auth0-spa-js',
  'react-native-auth0': 'react-native-auth0',
};

export const valuesOf = (rounds: readonly Round[], setting: Setting, name: Name, measure: Measure) =>
  rounds.filter((round) => round.setting === setting && round.name === name).map(({ figures }) => measure(figures));

export const medianOf = (rounds: readonly Round[], setting: Setting, name: Name, measure: Measure) =>
  median(valuesOf(rounds, setting, name, measure));

export const measures = {
  readMedian: ({ reads }) => reads.median,
  readP99: ({ reads }) => reads.p99,
  start: ({ startMs }) => median(startMs),
  callback: ({ callbackMs }) => callbackMs,
  distantStart: ({ distantStartMs }) => distantStartMs,
  distantCallback: ({ distantCallbackMs }) => distantCallbackMs,
} satisfies Record<string, Measure>;

export const requestsOf =
  (situation: Situation): Measure =>
  ({ costs }) =>
    costs[situation].requests.length;

export function tablesOf(rounds: readonly Round[], roundTripMs: number): Table[] {
  /** The figure with its spread, and its ratio to Postern's. */
  const timed = (setting: Setting, name: Name, measure: Measure, digits: number): string[] => {
    const ours = medianOf(rounds, setting, 'postern', measure);
    const values = valuesOf(rounds, setting, name, measure);
    return [withSpread(values, digits), name === 'postern' ? '' : ratio(median(values), ours)];
  };
  const rowsOf = (cells: (setting: Setting, name: Name) => readonly string[]) =>
    settings.flatMap((setting) => names.map((name) => [setting.title, titles[name], ...cells(setting, name)]));

  const traffic = (situation: Situation): Table => {
    const cost =
      (read: (cost: Figures['costs'][Situation]) => number): Measure =>
      ({ costs }) =>
        read(costs[situation]);
    return {
      caption: `What it asks of the tenant: ${situation}`,
      columns: ['Setting', 'Library', 'Requests', 'Preflights', 'kB', 'ms', 'Ratio'],
      rows: rowsOf((setting, name) => {
        const steady = (measure: Measure, digits: number) => {
          const texts = valuesOf(rounds, setting, name, measure).map((value) => value.toFixed(digits));
          const isSame = new Set(texts).size === 1;
          return isSame ? (texts[0] ?? '') : withSpread(valuesOf(rounds, setting, name, measure), digits);
        };
        return [
          steady(requestsOf(situation), 0),
          steady(
            cost(({ preflights }) => preflights),
            0,
          ),
          steady(
            cost(({ bytes }) => bytes / 1000),
            1,
          ),
          ...timed(
            setting,
            name,
            cost(({ ms }) => ms),
            0,
          ),
        ];
      }),
    };
  };

  return [
    {
      caption: 'A read that needs no renewal, µs',
      columns: ['Setting', 'Library', 'Median', 'Ratio', '99th percentile', 'Ratio'],
      rows: rowsOf((setting, name) => [
        ...timed(setting, name, measures.readMedian, 1),
        ...timed(setting, name, measures.readP99, 0),
      ]),
    },
    {
      caption: 'Until the user is known, ms',
      columns: ['Setting', 'Library', 'App start with a session', 'Ratio', 'Login callback', 'Ratio'],
      rows: rowsOf((setting, name) => [
        ...timed(setting, name, measures.start, 0),
        ...timed(setting, name, measures.callback, 0),
      ]),
    },
    {
      caption: `Until the user is known, ms, where the tenant is ${roundTripMs} ms away`,
      columns: ['Setting', 'Library', 'App start with a session', 'Ratio', 'Login callback', 'Ratio'],
      rows: rowsOf((setting, name) => [
        ...timed(setting, name, measures.distantStart, 0),
        ...timed(setting, name, measures.distantCallback, 0),
      ]),
    },
    ...situations.map(traffic),
  ];
}
