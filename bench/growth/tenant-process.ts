import { createServer } from 'node:http';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { keepHeapSmall } from '../../packages/tenant/src/support/keep-heap-small.ts';

/**
 * The tenant as `postern-tenant` starts it, with a client that acts for itself, and a meter beside it for what only the process
 * itself can tell: how long its event loop stood still, what an argon2 verification costs, how long a clean-up takes.
 */
const { ENTRY = '', PORT, ISSUER, DATA, DATABASE, MACHINE_SECRET = '' } = process.env;

const { createTenant, sampleConfig } = (await import(ENTRY)) as typeof import('../../packages/tenant/src/index.ts');

const tenant = await createTenant(
  {
    ...sampleConfig,
    clients: [
      ...sampleConfig.clients,
      {
        clientId: 'growth-machine',
        name: 'Growth',
        type: 'machine',
        clientSecret: MACHINE_SECRET,
        grantTypes: ['client_credentials'],
      },
    ],
  },
  { dataDir: DATA, databaseUrl: DATABASE, issuer: ISSUER },
);

const delay = monitorEventLoopDelay({ resolution: 1 });
/** The histogram learns of a stall when its timer fires after it. */
const letItTick = () => new Promise((resolve) => setTimeout(resolve, 5));

const answers: Record<string, (query: URLSearchParams) => Promise<object>> = {
  '/start': async () => {
    delay.reset();
    delay.enable();
    return {};
  },
  '/stop': async () => {
    await letItTick();
    delay.disable();
    return { longestStall: delay.max / 1e6 };
  },
  '/sweep': async (query) => {
    await letItTick();
    delay.reset();
    delay.enable();
    await letItTick();
    const started = performance.now();
    await tenant.context.store.sweep(tenant.context.clock.now() + Number(query.get('ahead')));
    const took = performance.now() - started;
    await letItTick();
    delay.disable();
    return { took, longestStall: delay.max / 1e6 };
  },
  '/argon2': async () => {
    const { passwords } = tenant.context;
    const hash = await passwords.hash('Correct-Horse-42');
    const times = 20;
    const before = process.cpuUsage();
    for (let n = 0; n < times; n += 1) await passwords.verify(hash, 'Correct-Horse-42');
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1000 / times, hash };
  },
};

const meter = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://meter');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify((await answers[pathname]?.(searchParams)) ?? {}));
}).listen(0, '127.0.0.1', async () => {
  await tenant.listen({ port: Number(PORT), host: '127.0.0.1' });
  keepHeapSmall();
  const address = meter.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  console.log(JSON.stringify({ meter: `http://127.0.0.1:${port}`, secret: tenant.control.secret }));
});

process.once('SIGTERM', async () => {
  meter.closeAllConnections();
  meter.close();
  await tenant.close();
  process.exit(0);
});
