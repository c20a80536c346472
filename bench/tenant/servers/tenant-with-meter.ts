import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createTenant, sampleConfig } from '@postern/tenant';

/** The tenant with a person for each connection, and a meter beside it for what only the process itself can tell. */

/** Enough for the clock of the CPU, as many at once as the load itself has. */
const CALIBRATIONS = 96;
const password = String(process.env.PASSWORD);
const people = Array.from({ length: Number(process.env.PEOPLE) }, (_, n) => ({
  id: `auth0|bench-${n}`,
  email: `person-${n}@example.com`,
  password,
}));

const tenant = await createTenant(
  { ...sampleConfig, users: people },
  { dataDir: process.env.DATA, passwordHashing: process.env.HASHING === 'owasp' ? 'owasp' : 'fast-for-tests' },
);
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** CPU time of one argon2 verification, on whatever thread it runs, under the same crowd as in the load. */
async function calibrate(): Promise<number> {
  const { passwords, store } = tenant.context;
  const hash = (await store.users.get('auth0|bench-0'))?.passwordHash;
  let left = CALIBRATIONS;
  const started = cpuMs();
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await passwords.verify(hash, password);
    }
  };
  await Promise.all(people.map(worker));
  return (cpuMs() - started) / CALIBRATIONS;
}

let argon2Ms = 0;
const delay = monitorEventLoopDelay({ resolution: 1 });
let startedAt = 0;
const meter = createServer(async (request, response) => {
  response.setHeader('content-type', 'application/json');
  if (request.url === '/start') {
    argon2Ms = await calibrate();
    delay.reset();
    delay.enable();
    startedAt = cpuMs();
    response.end('{}');
    return;
  }
  delay.disable();
  const toMs = (nanoseconds: number) => nanoseconds / 1e6;
  response.end(
    JSON.stringify({
      cpuMs: cpuMs() - startedAt,
      argon2Ms,
      delayP50: toMs(delay.percentile(50)),
      delayP99: toMs(delay.percentile(99)),
    }),
  );
}).listen(0, '127.0.0.1', async () => {
  await tenant.listen({ port: Number(process.env.PORT) });
  const address = meter.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  console.log(JSON.stringify({ meter: `http://127.0.0.1:${port}` }));
});

process.once('SIGTERM', async () => {
  meter.closeAllConnections();
  meter.close();
  await tenant.close();
});
