import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** With the built packages, in a process of its own, as a test file has them. Times are told, not asserted. */
const program = `
const began = performance.now();
const times = {};
const lap = (name, since) => { times[name] = Math.round(performance.now() - since); return performance.now(); };
const { createTestTenant } = await import('@postern/tenant/testing');
const { createTestClient } = await import('postern/testing');
let at = lap('import', began);
const tenant = await createTestTenant();
at = lap('start', at);
const user = await tenant.users.create();
const { auth0 } = createTestClient({ tenant, userAgent: { user } });
const { tokenType } = await auth0.webAuth.authorize();
at = lap('login', at);
lap('all', began);
await using next = await createTestTenant();
lap('next tenant', at);
await tenant.close();
console.log(JSON.stringify({ tokenType, times }));
`;

it('a test process imports the kit, starts a tenant and signs somebody in', async () => {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  const { tokenType, times } = JSON.parse(stdout) as { tokenType: string; times: Record<string, number> };
  expect(tokenType).toBe('DPoP');
  console.log(
    `Milliseconds: ${Object.entries(times)
      .map(([name, ms]) => `${name} ${ms}`)
      .join(', ')}`,
  );
});
