import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureLogins } from './load.ts';
import { freePort, startProcess } from './process.ts';

const CONNECTIONS = 16;
const WARM_UP_MS = 1_000;
const LOAD_MS = 5_000;

interface Meter {
  /** CPU time of the whole process, all threads. */
  readonly cpuMs: number;
  readonly argon2Ms: number;
  readonly delayP50: number;
  readonly delayP99: number;
}

/**
 * Password log-ins as fast as answers come, each connection a person of its own. Argon2's share is counted in CPU time:
 * what one verification costs, measured before the load, times the log-ins, over all that the process used.
 */
export async function printLogins(dataRoot: string): Promise<void> {
  const port = await freePort();
  const running = await startProcess([fileURLToPath(new URL('./servers/tenant-logins.ts', import.meta.url))], {
    port,
    env: { PEOPLE: String(CONNECTIONS), DATA: join(dataRoot, 'logins') },
  });
  try {
    const endpoint = { url: `http://127.0.0.1:${port}/oauth/token`, clientId: 'postern-spa' };
    const call = async (path: string) => (await fetch(`${running.said.meter}${path}`)).json();
    await measureLogins(endpoint, CONNECTIONS, WARM_UP_MS);
    await call('/start');
    const { count, perSecond, p50, p99 } = await measureLogins(endpoint, CONNECTIONS, LOAD_MS);
    const meter = (await call('/stop')) as Meter;
    const share = (count * meter.argon2Ms) / meter.cpuMs;
    console.log(`\nPassword log-ins, ${CONNECTIONS} connections, ${LOAD_MS / 1000} s:`);
    const figures: [string, string][] = [
      ['log-ins', `${perSecond.toFixed(1)} /s`],
      ['answer, median and 99th percentile', `${p50.toFixed(0)} ms, ${p99.toFixed(0)} ms`],
      ['CPU time of one argon2id', `${meter.argon2Ms.toFixed(1)} ms`],
      ["argon2id's share of the CPU time", `${(share * 100).toFixed(0)} %`],
      ['event loop delay, median', `${meter.delayP50.toFixed(1)} ms`],
      ['event loop delay, 99th percentile', `${meter.delayP99.toFixed(1)} ms`],
    ];
    const width = Math.max(...figures.map(([name]) => name.length));
    for (const [name, value] of figures) console.log(`${name.padEnd(width)}  ${value}`);
  } finally {
    await running.stop();
  }
}
