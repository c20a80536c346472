import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { versionOf } from '../lib/result.ts';
import { measureRefreshes, type TokenEndpoint } from './load.ts';
import { printLogins } from './logins.ts';
import { freePort, type Running, residentMemory, startProcess } from './process.ts';

/**
 * The tenant beside two servers that people use instead, all in one run on one machine: what counts are the ratios.
 * Every figure is the median of several, taken in turns, so that a slow moment of the machine strikes all alike; loads are
 * bounded. The grant is refresh_token, and each answer of each holds two fresh RS256 signatures (access token as a JWT, ID
 * token) and a new refresh token. What they do for it is not the same:
 *
 * - the tenant looks the token up, judges its family, passes the login gate, rotates it in a transaction of SQLite on disk
 *   and logs an event there;
 * - oauth2-mock-server looks nothing up and keeps nothing: any refresh token is good, and the new one is a random UUID;
 * - oidc-provider looks the token and its grant up and rotates it, in a cache in memory that forgets all but the newest 1000
 *   or so entries.
 */
const STARTS = 5;
const ROUNDS = 5;
const ROUND_MS = 700;
const WARM_UP_MS = 1_000;
const CONNECTIONS = [1, 16] as const;
const CHAINS = Math.max(...CONNECTIONS);
const audience = 'https://api.postern.test';

interface Contender {
  readonly name: string;
  readonly version: string;
  readonly tokenPath: string;
  readonly clientId: string;
  start(port: number): Promise<Running>;
  refreshTokens(running: Running): Promise<string[]>;
}

interface Figures {
  readonly readyAfter: number;
  readonly memoryAtStart: number;
  readonly memoryAfterLoad: number;
  /** By number of connections. */
  readonly perSecond: ReadonlyMap<number, number>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** As many refresh tokens as connections, each from a sign-in of its own. */
async function signInAtTenant({ said }: Running): Promise<string[]> {
  const tokens: string[] = [];
  for (let n = 0; n < CHAINS; n += 1) {
    const response = await fetch(`${said.control}/api/sign-in`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${said.secret}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        user: 'user@example.com',
        clientId: 'postern-spa',
        audience,
        scope: 'openid profile email offline_access read:notes write:notes',
      }),
    });
    const { refresh_token: token } = (await response.json()) as { refresh_token?: string };
    if (!token) throw new Error(`sign-in answered ${response.status} without a refresh token`);
    tokens.push(token);
  }
  return tokens;
}

async function contenders(dataRoot: string): Promise<Contender[]> {
  let run = 0;
  const peer = async (name: string): Promise<Contender> => ({
    name,
    version: versionOf(name),
    tokenPath: '/token',
    clientId: 'bench',
    start: (port) => startProcess([here(`servers/${name}.ts`)], { port, env: { CHAINS: String(CHAINS) } }),
    refreshTokens: async ({ said }) => said.refreshTokens as string[],
  });
  return [
    {
      name: '@postern/tenant',
      version: versionOf('@postern/tenant'),
      tokenPath: '/oauth/token',
      clientId: 'postern-spa',
      start: (port) => {
        run += 1;
        const args = [
          here('../../packages/tenant/dist/cli.js'),
          '--json',
          '--port',
          String(port),
          '--data',
          join(dataRoot, String(run)),
        ];
        return startProcess(args, { port });
      },
      refreshTokens: signInAtTenant,
    },
    await peer('oauth2-mock-server'),
    await peer('oidc-provider'),
  ];
}

async function measureStart(contender: Contender): Promise<number> {
  const running = await contender.start(await freePort());
  await running.stop();
  return running.readyAfter;
}

interface Loaded {
  readonly running: Running;
  readonly endpoint: TokenEndpoint;
  readonly memoryAtStart: number;
  readonly perSecond: Map<number, number[]>;
  chains: string[];
}

async function startLoad(contender: Contender): Promise<Loaded> {
  const port = await freePort();
  const running = await contender.start(port);
  const memoryAtStart = await residentMemory(running.pid);
  const endpoint = { url: `http://127.0.0.1:${port}${contender.tokenPath}`, clientId: contender.clientId };
  const { chains } = await measureRefreshes(endpoint, await contender.refreshTokens(running), WARM_UP_MS);
  return { running, endpoint, memoryAtStart, perSecond: new Map(), chains };
}

async function loadFor(loaded: Loaded, connections: number): Promise<void> {
  const { endpoint, chains, perSecond } = loaded;
  const result = await measureRefreshes(endpoint, chains.slice(0, connections), ROUND_MS);
  loaded.chains = [...result.chains, ...chains.slice(connections)];
  perSecond.set(connections, [...(perSecond.get(connections) ?? []), result.perSecond]);
}

/** All of them stay up for all rounds; one that is not being asked costs the others nothing but memory. */
async function measureLoads(all: readonly Contender[]): Promise<Omit<Figures, 'readyAfter'>[]> {
  const loads: Loaded[] = [];
  try {
    for (const contender of all) loads.push(await startLoad(contender));
    // Most connections first: oidc-provider's storage forgets tokens that lie unused while others are renewed.
    for (const connections of [...CONNECTIONS].reverse()) {
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const loaded of loads) await loadFor(loaded, connections);
      }
    }
    return await Promise.all(
      loads.map(async ({ running, memoryAtStart, perSecond }) => ({
        memoryAtStart,
        memoryAfterLoad: await residentMemory(running.pid),
        perSecond: new Map([...perSecond].map(([connections, rounds]) => [connections, median(rounds)])),
      })),
    );
  } finally {
    await Promise.all(loads.map(({ running }) => running.stop()));
  }
}

function printTable(rows: readonly (readonly [Contender, Figures])[]) {
  const [first] = rows;
  if (!first) return;
  const [, own] = first;
  const measures: Array<{ title: string; unit: string; of: (figures: Figures) => number }> = [
    { title: 'ready', unit: 'ms', of: ({ readyAfter }) => readyAfter },
    { title: 'memory, started', unit: 'MB', of: ({ memoryAtStart }) => memoryAtStart },
    { title: 'memory, after load', unit: 'MB', of: ({ memoryAfterLoad }) => memoryAfterLoad },
    ...CONNECTIONS.map((connections) => ({
      title: `refreshes, ${connections} connection${connections > 1 ? 's' : ''}`,
      unit: '/s',
      of: ({ perSecond }: Figures) => perSecond.get(connections) ?? Number.NaN,
    })),
  ];
  const cells = [
    ['', ...rows.map(([{ name, version }]) => `${name} ${version}`)],
    ...measures.map(({ title, unit, of }) => [
      title,
      ...rows.map(([, figures], index) => {
        const value = `${of(figures).toFixed(0)} ${unit}`;
        return index === 0 ? value : `${value} (x${(of(figures) / of(own)).toFixed(2)})`;
      }),
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  const cores = availableParallelism();
  const load = loadavg().map((one) => one.toFixed(1));
  console.log(
    `\nx: the other's figure over the tenant's. Medians of ${STARTS} starts and ${ROUNDS} loads of ${ROUND_MS} ms.`,
  );
  console.log(
    `Node ${process.version}, ${cores} cores; the machine's load over 1, 5 and 15 minutes: ${load.join(', ')}.`,
  );
}

const dataRoot = await mkdtemp(join(tmpdir(), 'postern-bench-'));
try {
  const all = await contenders(dataRoot);
  const starts = new Map(all.map(({ name }) => [name, [] as number[]]));
  for (let n = 0; n < STARTS; n += 1) {
    for (const contender of all) starts.get(contender.name)?.push(await measureStart(contender));
  }
  const loads = await measureLoads(all);
  const rows = all.flatMap((contender, place): (readonly [Contender, Figures])[] => {
    const load = loads[place];
    return load === undefined ? [] : [[contender, { readyAfter: median(starts.get(contender.name) ?? []), ...load }]];
  });
  printTable(rows);
  await printLogins(dataRoot);
} finally {
  await rm(dataRoot, { recursive: true, force: true });
}
