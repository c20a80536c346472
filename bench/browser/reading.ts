import { median, quantile } from '../lib/statistics.ts';
import { names, type Setting, settings } from './contenders.ts';
import { type Situation, situations } from './measure-visit.ts';
import { type Measure, measures, medianOf, type Round, requestsOf, titles, valuesOf } from './report.ts';

const peers = names.filter((name) => name !== 'postern');

/** Closer than this no difference is claimed. */
const MARGIN = 0.1;

/** Sentences of what the figures say, for and against. */
export function readingOf(rounds: readonly Round[], roundTripMs: number): string[] {
  const far = `where the tenant is ${roundTripMs} ms away`;
  return [
    ...times(rounds, 'A read that needs no renewal', measures.readMedian, 'µs', 1),
    ...times(rounds, 'An app with a session', measures.start, 'ms', 0),
    ...times(rounds, 'The page that a login comes back to', measures.callback, 'ms', 0),
    ...times(rounds, `An app with a session, ${far}`, measures.distantStart, 'ms', 0),
    ...times(rounds, `The page that a login comes back to, ${far}`, measures.distantCallback, 'ms', 0),
    ...settings.map((setting) => requests(rounds, setting)),
    ...why(rounds),
  ];
}

function times(rounds: readonly Round[], what: string, measure: Measure, unit: string, digits: number): string[] {
  return settings.map((setting) => {
    const ours = medianOf(rounds, setting, 'postern', measure);
    const verdicts = peers.map((name) => {
      const theirs = medianOf(rounds, setting, name, measure);
      const share = theirs / ours;
      // Rounds that overlap so far that either may have been the faster show no difference.
      const apart = isApart(valuesOf(rounds, setting, 'postern', measure), valuesOf(rounds, setting, name, measure));
      const verdict =
        Math.abs(share - 1) <= MARGIN || !apart ? 'no clear difference to' : share > 1 ? 'less than' : 'more than';
      return `${verdict} ${titles[name]} (${theirs.toFixed(digits)})`;
    });
    return `${what}, ${setting.title}: ${ours.toFixed(digits)} ${unit}, ${verdicts.join(', ')}.`;
  });
}

/** Whether the middle halves of two series of rounds do not overlap. */
function isApart(a: readonly number[], b: readonly number[]): boolean {
  const [lower, upper] = median(a) < median(b) ? [a, b] : [b, a];
  return quantile(lower, 0.75) < quantile(upper, 0.25);
}

function requests(rounds: readonly Round[], setting: Setting): string {
  const count = (situation: Situation, name: (typeof names)[number]) =>
    medianOf(rounds, setting, name, requestsOf(situation));
  const parts = situations.map(
    (situation) => `${situation} ${names.map((name) => count(situation, name)).join(' / ')}`,
  );
  return `Requests to the tenant, ${setting.title} (${names.map((name) => titles[name]).join(' / ')}): ${parts.join('; ')}.`;
}

/** What the requests are that only Postern makes, as the rounds show. */
function why(rounds: readonly Round[]): string[] {
  const asksFor = (name: (typeof names)[number], path: string) =>
    rounds.some(
      (round) =>
        round.name === name && situations.some((situation) => round.figures.costs[situation].requests.includes(path)),
    );
  const reasons = [
    ['GET /.well-known/openid-configuration', 'where the endpoints are and whether the tenant can bind tokens'],
    ['GET /.well-known/jwks.json', 'the keys that the signature of each ID token is checked with'],
  ] as const;
  return reasons.flatMap(([path, reason]) =>
    asksFor('postern', path) && !peers.some((name) => asksFor(name, path))
      ? [`Only Postern asks for ${path.slice(4)}: ${reason}. The others take that as known, or do without.`]
      : [],
  );
}
