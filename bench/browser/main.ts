import { describeMachine, quick, versionOf, writeResult } from '../lib/result.ts';
import { median } from '../lib/statistics.ts';
import { entries, names, settings } from './contenders.ts';
import { measureReads } from './measure-reads.ts';
import { measureDistance, measureVisit } from './measure-visit.ts';
import { readingOf } from './reading.ts';
import { type Figures, type Round, tablesOf, titles } from './report.ts';
import { startStage } from './stage.ts';

/**
 * Postern beside the packages it stands in for: one tenant, one Chromium, a page for each. Each round goes through all of
 * them in turn, in an order that changes, so that a slow moment of the machine strikes all alike.
 */
const ROUNDS = quick ? 1 : 7;
const STARTS = quick ? 2 : 5;
const READS = quick ? 400 : 2000;
const ROUND_TRIP_MS = 50;

const versions = Object.fromEntries(Object.values(titles).map((name) => [name, versionOf(name)]));
const machine = describeMachine();

const stage = await startStage(entries);
const rounds: Round[] = [];
let chromium: string;
try {
  chromium = stage.browser.version();
  const distant = await stage.atDistance(ROUND_TRIP_MS);
  for (let number = 0; number < ROUNDS; number += 1) {
    for (const setting of settings) {
      for (let turn = 0; turn < names.length; turn += 1) {
        const name = names[(turn + number) % names.length] ?? 'postern';
        const { plain, isolated } = stage.origins[name];
        const figures: Figures = {
          reads: await measureReads(stage, isolated, setting.choice, READS),
          ...(await measureVisit(stage, plain, setting.choice, STARTS)),
          ...(await measureDistance(distant, plain, setting.choice)),
        };
        rounds.push({ setting, name, figures });
        const { reads, callbackMs, startMs } = figures;
        console.log(
          `${number + 1}/${ROUNDS} ${setting.title}, ${name}: read ${reads.median.toFixed(1)} µs, start ${median(startMs).toFixed(0)} ms, callback ${callbackMs.toFixed(0)} ms; at ${ROUND_TRIP_MS} ms ${figures.distantStartMs.toFixed(0)} and ${figures.distantCallbackMs.toFixed(0)} ms`,
        );
      }
    }
  }
} finally {
  await stage.close();
}

await writeResult('browser', {
  title: 'In the browser',
  method: [
    `Each library has a page that does what an app does and no more, built by Vite for production, served gzip-compressed from an https origin of its own and cached by the browser. All of them sign in at one \`@postern/tenant\` (https, SQLite on disk, access tokens of an hour, rotating refresh tokens with 10 s of leeway) in one headless Chromium ${chromium}, all on one machine.`,
    `${ROUNDS} rounds, each through all settings and libraries in turn. Figures are medians of the rounds, with the lowest and the highest in brackets; a ratio is theirs over Postern's in the same setting.`,
    '“Each as it comes” names no option. Postern then keeps tokens in memory, asks for refresh tokens and binds tokens to a key (DPoP); auth0-spa-js keeps them in memory, renews by a hidden iframe and binds nothing; react-native-auth0 keeps them in memory, renews by a hidden iframe and binds. The other two settings are the same for all three: `cacheLocation: "localstorage"` and `useRefreshTokens: true`, with DPoP and without.',
    `A warm read is \`getCredentials()\` (auth0-spa-js: \`getTokenSilently()\`) with a token that will do. It is measured in a page that is isolated from other origins, where the clock has steps of 5 µs: the median of batches of 20 reads, ${READS} reads in all, and the 99th percentile of ${READS} reads timed one by one, after as many to warm up; every tenth time the page rests for a task.`,
    'A start is measured from the moment the browser begins to fetch the page until the user is known, in a tab that is reloaded and has a session: in storage, or, where tokens are in memory, at the tenant, which is asked by a hidden iframe. The callback is the page that a login comes back to, measured the same way. Each page does at its start what the React layer of its library does.',
    `All that is on one machine: what a network adds is missing from those times. So both are measured once in each round where the tenant is ${ROUND_TRIP_MS} ms away, there and back: a second Chromium reaches it through something that holds back every packet by half of that, connections and TLS included. Tenant and pages speak HTTP/1.1; with HTTP/2 requests at the same time need no further connections. The app's own files are near and cached.`,
    'Requests are those to the tenant, from the opening of the page to the known user, as the DevTools protocol tells them; preflights are asked by the browser before a request to another origin and are counted apart. Bytes are headers and contents both ways. The person is signed in at the tenant already, so that a login shows no page and the pages of the tenant are not counted. For an expiry the clocks of the tenant and of the pages are moved by more than an hour; then 20 reads are begun at once in one tab, or one in each of three tabs at the same moment.',
    machine,
  ],
  versions,
  tables: tablesOf(rounds, ROUND_TRIP_MS),
  reading: readingOf(rounds, ROUND_TRIP_MS),
});
