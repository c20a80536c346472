import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createTenant, sampleConfig } from '@postern/tenant';

/** The tenant with a person for each connection, and a meter beside it for what only the process itself can tell. */

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

const delay = monitorEventLoopDelay({ resolution: 1 });
let startedAt = 0;
const meter = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  if (request.url === '/start') {
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
