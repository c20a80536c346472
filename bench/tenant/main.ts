import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine, type Table, writeResult } from '../lib/result.ts';
import { median, ratio, withSpread } from '../lib/statistics.ts';
import {
  CONNECTIONS,
  type Contender,
  clientCredentials,
  logins,
  peers,
  renewals,
  tenant,
  tenantWithPeople,
} from './contenders.ts';
import { bounds, measureLoads, measureStarts, type Rounds } from './measure.ts';
import { type Meter, readMeter } from './meter.ts';

/** The tenant beside the servers that people use instead. The first contender is ours; ratios are theirs over it. */

/** What is done with a password, in the order of those that people sign in at. */
const checks = ['argon2id', 'argon2id at its cheapest', 'compared in plain text', 'no login page', 'any is right'];

const connectionsOf = (count: number) => `${count} connection${count > 1 ? 's' : ''}`;

/** One row of measurements: the first as it is, the others with their ratio. */
function row(title: string, values: readonly (readonly number[])[], digits = 0): string[] {
  const ours = median(values[0] ?? []);
  const cell = (measured: readonly number[], place: number) => {
    const text = withSpread(measured, digits);
    return place === 0 ? text : `${text}, ${ratio(median(measured), ours)}`;
  };
  return [title, ...values.map(cell)];
}

const perSecond = ({ figures }: Rounds) => figures.map((rounds) => rounds.map((round) => round.perSecond));
const rowOf = (rounds: Rounds) => row(`${rounds.title}, ${connectionsOf(rounds.connections)}`, perSecond(rounds), 0);
const columnsOf = (all: readonly Contender[]) => ['', ...all.map(({ name }) => name)];

/** Who is above us, in words; for speeds more is better, for times and sizes less. */
function compare(
  what: string,
  all: readonly Contender[],
  values: readonly number[],
  unit: string,
  lessIsBetter = false,
) {
  const [ours = Number.NaN] = values;
  const others = all
    .slice(1)
    .map(({ name }, place) => `\`${name}\` ${(values[place + 1] ?? Number.NaN).toFixed(0)}${unit}`)
    .join(', ');
  const better = values.slice(1).filter((value) => (lessIsBetter ? value < ours : value > ours)).length;
  const place = better === 0 ? 'the best of all' : `behind ${better} of ${values.length - 1}`;
  return `${what}: ${ours.toFixed(0)}${unit}, ${place} (${others}).`;
}

const cpuOf = ({ cpuMs, count }: Meter) => cpuMs / count;

/** The tenant's own logins with one hashing and the other, told by its own clock of the CPU. */
function describeMeters(meters: readonly Meter[]): Table {
  const line = (title: string, of: (meter: Meter) => string) => [title, ...meters.map(of)];
  return {
    caption: `What a login costs the tenant, ${connectionsOf(Math.max(...CONNECTIONS))}`,
    columns: ['', 'argon2id', 'hashing for tests'],
    rows: [
      line('Logins a second', ({ perSecond: speed }) => speed.toFixed(0)),
      line('CPU time of each', (meter) => `${cpuOf(meter).toFixed(1)} ms`),
      line(
        'Event loop’s delay, median and 99th percentile',
        ({ delayP50, delayP99 }) => `${delayP50.toFixed(1)} ms, ${delayP99.toFixed(1)} ms`,
      ),
    ],
  };
}

/** What two passes over 19 MiB take: what a login costs with them, and without. */
function describeHashing([ours, fast]: readonly Meter[]): string {
  if (!ours || !fast) throw new Error('The meters were not read.');
  const share = 1 - cpuOf(fast) / cpuOf(ours);
  return `Of the CPU time of a login, ${cpuOf(ours).toFixed(1)} ms, argon2id takes ${(share * 100).toFixed(0)} %; none of the others hashes passwords.`;
}

const root = await mkdtemp(join(tmpdir(), 'postern-bench-'));
try {
  const machine = describeMachine();
  const others = await peers(root);
  const all = [await tenant(root), ...others];
  const starts = await measureStarts(all);
  console.log(`ready after (ms): ${starts.map((times) => times.map((time) => time.toFixed(0)).join(' ')).join(' | ')}`);
  const tokens = await measureLoads(all, [
    { title: 'Renewals', roundMs: bounds.roundMs.tokens, work: renewals },
    { title: 'client_credentials', roundMs: bounds.roundMs.tokens, work: clientCredentials },
  ]);

  const signingIn = [
    tenantWithPeople(root, 'owasp', '@postern/tenant'),
    tenantWithPeople(root, 'fast-for-tests', '@postern/tenant, hashing for tests'),
    ...others,
  ];
  const meters: Meter[] = [];
  const whole = await measureLoads(
    signingIn,
    [{ title: 'Whole logins', roundMs: bounds.roundMs.logins, work: logins }],
    async (running) => {
      for (const [place, contender] of signingIn.slice(0, 2).entries()) {
        const one = running[place];
        if (one) meters.push(await readMeter(one, logins(contender, one), Math.max(...CONNECTIONS)));
      }
    },
  );

  const crowd = whole.rounds.at(-1);
  const busiest = tokens.rounds.filter(({ connections }) => connections === Math.max(...CONNECTIONS));
  if (!crowd) throw new Error('No logins were measured.');
  const medians = (rounds: Rounds) => perSecond(rounds).map(median);

  await writeResult('tenant', {
    title: 'The tenant',
    versions: Object.fromEntries(all.map(({ name, version }) => [name, version])),
    reading: [
      compare('Ready', all, starts.map(median), ' ms', true),
      ...busiest.map((rounds) =>
        compare(`${rounds.title} a second, ${connectionsOf(rounds.connections)}`, all, medians(rounds), ''),
      ),
      compare(`Whole logins a second, ${connectionsOf(crowd.connections)}`, signingIn, medians(crowd), ''),
      describeHashing(meters),
    ],
    charts: [
      {
        name: 'logins',
        title: `Whole logins, ${connectionsOf(crowd.connections)}`,
        unit: 'a second',
        bars: signingIn.map(({ name, version }, place) => ({
          label: `${name.startsWith('@postern') ? name : `${name} ${version}`}: ${checks[place]}`,
          value: Number((medians(crowd)[place] ?? Number.NaN).toFixed(0)),
          ours: name.startsWith('@postern'),
        })),
      },
    ],
    tables: [
      {
        caption: 'Starting and memory',
        columns: columnsOf(all),
        rows: [
          row('Ready, ms', starts),
          row(
            'Memory when ready, MB',
            tokens.memory.map(({ ready }) => [ready]),
          ),
          row(
            'Memory after the token requests below, MB',
            tokens.memory.map(({ afterLoad }) => [afterLoad]),
          ),
        ],
      },
      { caption: 'Token requests a second', columns: columnsOf(all), rows: tokens.rounds.map(rowOf) },
      {
        caption: 'Whole logins a second',
        columns: columnsOf(signingIn),
        rows: [
          ...whole.rounds.map(rowOf),
          ['HTTP requests for each', ...crowd.figures.map(([first]) => (first?.requests ?? Number.NaN).toFixed(0))],
        ],
      },
      describeMeters(meters),
    ],
    method: [
      `Each server is a process of its own, on 127.0.0.1; the load comes from one other process. ${machine} Medians of ${bounds.starts} starts and of ${bounds.rounds} rounds of ${bounds.roundMs.tokens / 1000} s (logins ${bounds.roundMs.logins / 1000} s), lowest and highest in parentheses, taken in turns: one round of each, then the next of each. The ratio is theirs over ours: for times and memory more than 1 is in our favour, for speeds less than 1. Ready is from the start of the process to its first answer for the discovery document; memory is resident, of the whole process, read once.`,
      'A renewal and a login make two RS256 signatures each, `client_credentials` one. A whole login is what a new browser sends: authorize, login page, password, code, tokens, with PKCE, state and nonce; of pages the HTML alone.',
      'What they do for it is not the same. **`@postern/tenant`** keeps everything in SQLite on disk, checks client, redirect, PKCE and scopes, verifies the password with argon2id (19 MiB, two passes), counts failed attempts, tells reuse of refresh tokens from retries, and logs each step. “Hashing for tests” is its own setting for test suites, as used by `createTestTenant()`: the same with an argon2id that protects nothing. **`@simulacrum/auth0-simulator`** compares the password in plain text, does not check client, redirect, code verifier or refresh token (which is readable and for ever), and keeps all requests with their bodies in memory, for a page that lists them; it speaks https alone, so its figures have TLS in them. **`oauth2-mock-server`** has no login page, no people and no sessions: authorize answers with a code at once, and any refresh token is good. **`oidc-provider`** is a library for building a provider, here with its login page for development, which takes any name with any password, no consent page, and its storage in memory that forgets all but the newest 1000 or so entries.',
    ],
  });
} finally {
  await rm(root, { recursive: true, force: true });
}
