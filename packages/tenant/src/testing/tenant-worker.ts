import { parentPort } from 'node:worker_threads';
import { createLocalTenant } from './local-tenant.ts';
import type { TestTenant } from './test-tenant.ts';
import { type Answer, type CallMessage, type SentOptions, sendError } from './worker-messages.ts';

/** The thread of tenants for tests whose own globals are a browser's. */

const tenants = new Map<number, TestTenant>();

async function run({ tenant: id, member, args }: CallMessage): Promise<unknown> {
  if (member === 'create') {
    const tenant = await createLocalTenant(args[0] as SentOptions);
    tenants.set(id, tenant);
    const { origin, issuer, clientId, audience, connection, people, control } = tenant;
    const members = Object.fromEntries(Object.entries(control).map(([name, member]) => [name, typeof member]));
    return { origin, issuer, clientId, audience, connection, people, secret: control.secret, members };
  }
  const tenant = tenants.get(id);
  if (!tenant) throw new Error('This tenant was closed.');
  const [name = '', ...way] = [...member].reverse();
  const owner = way.reverse().reduce<object>((object, key) => Reflect.get(object, key) as object, tenant);
  const found: unknown = Reflect.get(owner, name);
  return typeof found === 'function' ? await Reflect.apply(found, owner, args) : found;
}

parentPort?.on('message', async (call: CallMessage) => {
  const answer: Answer = await run(call).then(
    (value) => ({ value }),
    (error: unknown) => ({ error: sendError(error) }),
  );
  if (Array.isArray(call.member) && call.member.join() === 'close') tenants.delete(call.tenant);
  call.reply.postMessage(answer);
  if (call.done) {
    Atomics.store(call.done, 0, 1);
    Atomics.notify(call.done, 0);
  }
  call.reply.close();
});
