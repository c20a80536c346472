import { fileURLToPath } from 'node:url';
import { freePort, type Running, startProcess } from '../tenant/process.ts';
import type { Place } from './databases.ts';
import type { Target } from './load.ts';

/** The public address that all processes on one database share. */
export const issuer = 'http://localhost:4455/';
/** How many are tried. */
const PORTS = 5;
const machineSecret = 'growth-machine-secret';
const program = fileURLToPath(new URL('./tenant-process.ts', import.meta.url));

export interface RunningTenant {
  readonly processes: readonly Running[];
  readonly first: Running;
  readonly origins: readonly string[];
  /** Milliseconds until the last of the processes answered. */
  readonly readyAfter: number;
  stop(): Promise<void>;
}

/**
 * Starts so many processes on one database, at once.
 * @param entry main module of the tenant
 */
export async function startTenant(entry: string, place: Place, processes: number): Promise<RunningTenant> {
  const env = {
    ENTRY: entry,
    ISSUER: issuer,
    MACHINE_SECRET: machineSecret,
    ...(place.dataDir === undefined ? {} : { DATA: place.dataDir }),
    ...(place.databaseUrl === undefined ? {} : { DATABASE: place.databaseUrl }),
  };
  const started = await Promise.all(Array.from({ length: processes }, () => startProcessOnFreePort(env)));
  const running = started.map(({ process }) => process);
  const [first] = running;
  if (first === undefined) throw new RangeError('A tenant has at least one process.');
  return {
    processes: running,
    first,
    origins: started.map(({ port }) => `http://127.0.0.1:${port}`),
    readyAfter: Math.max(...running.map(({ readyAfter }) => readyAfter)),
    async stop() {
      await Promise.all(running.map((one) => one.stop()));
    },
  };
}

/** A port that was free a moment ago may have been given to somebody else since. */
async function startProcessOnFreePort(env: Record<string, string>): Promise<{ process: Running; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { process: await startProcess([program], { port, env }), port };
    } catch (error) {
      if (attempt === PORTS || !String(error).includes('EADDRINUSE')) throw error;
    }
  }
}

/** Asks the meter of a process. */
export async function ask(running: Running, path: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${running.said.meter}${path}`)).json()) as Record<string, unknown>;
}

/** What the load needs to know of the first `processes` processes. */
export function targetOf(tenant: RunningTenant, processes: number, count: number, known?: Target): Target {
  return {
    origins: tenant.origins.slice(0, processes),
    secrets: tenant.processes.slice(0, processes).map(({ said }) => String(said.secret)),
    issuer,
    count,
    machineSecret,
    refreshTokens: known?.refreshTokens ?? new Map(),
    accessTokens: known?.accessTokens ?? [],
    progress: known?.progress ?? new Map(),
  };
}
