import { createRequire } from 'node:module';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ClockState, TenantControl } from '../control/control.ts';
import { answerCodes } from './answer-codes.ts';
import { createTestFaults } from './test-faults.ts';
import type { TestTenant, TestTenantOptions } from './test-tenant.ts';
import { type Answer, type CallMessage, receiveError, type SentOptions } from './worker-messages.ts';

/** For so long a call that must not wait may stand still, in milliseconds. */
const PATIENCE = 20_000;

let worker: Worker | undefined;
let open = 0;
let made = 0;

/** The thread that all such tenants of this process share, as long as there are any. */
function thread(): Worker {
  if (!worker) {
    worker = new Worker(createRequire(import.meta.url).resolve('@postern/tenant/testing-worker'), {
      // What muted the warning in the tests does not reach another thread.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    // It ends with the test, closed or not.
    worker.unref();
  }
  return worker;
}

function post(call: Omit<CallMessage, 'reply'>) {
  const { port1, port2 } = new MessageChannel();
  thread().postMessage({ ...call, reply: port2 } satisfies CallMessage, [port2]);
  return port1;
}

function read(answer: Answer): unknown {
  if ('error' in answer) throw receiveError(answer.error);
  return answer.value;
}

const call = (tenant: number, member: CallMessage['member'], ...args: readonly unknown[]): Promise<unknown> =>
  new Promise<Answer>((resolve, reject) => {
    const port = post({ tenant, member, args });
    const died = (error: unknown) =>
      reject(error instanceof Error ? error : new Error('The thread of the tenant ended.'));
    thread().once('error', died);
    port.once('message', (answer: Answer) => {
      worker?.off('error', died);
      resolve(answer);
    });
  }).then(read);

/** For members that give no promise: this thread stands still until the tenant's has answered. */
function callAtOnce(tenant: number, member: CallMessage['member'], ...args: readonly unknown[]): unknown {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const port = post({ tenant, member, args, done });
  if (Atomics.wait(done, 0, 0, PATIENCE) === 'timed-out') throw new Error('The thread of the tenant does not answer.');
  const received = receiveMessageOnPort(port) as { readonly message: Answer } | undefined;
  port.close();
  if (!received) throw new Error('The thread of the tenant gave no answer.');
  return read(received.message);
}

type Created = Pick<TestTenant, 'origin' | 'issuer' | 'clientId' | 'audience' | 'connection' | 'people'> & {
  readonly secret: string;
};

/** A tenant on a thread of its own, whose globals are Node's whatever this one's are. Behaves as a local one. */
export async function createRemoteTenant(options: TestTenantOptions = {}): Promise<TestTenant> {
  const { actions, onError, ...sent } = options;
  if (actions || onError) {
    throw new Error(
      'Functions cannot reach a tenant on a thread of its own, where tests with the globals of a browser have it. Leave `actions` and `onError` out (`config: { actions: { directory } }` works), or run this test in the environment "node".',
    );
  }
  made += 1;
  const id = made;
  open += 1;
  const leave = () => {
    open -= 1;
    if (open > 0) return;
    const last = worker;
    worker = undefined;
    return last?.terminate();
  };
  const created = (await call(id, 'create', sent satisfies SentOptions).catch(async (error: unknown) => {
    await leave();
    throw error;
  })) as Created;

  const group = <T>(...way: readonly string[]) =>
    new Proxy({} as T & object, {
      get:
        (_, name) =>
        (...args: readonly unknown[]) =>
          call(id, [...way, String(name)], ...args),
    });
  const groupAtOnce = <T>(...way: readonly string[]) =>
    new Proxy({} as T & object, {
      get:
        (_, name) =>
        (...args: readonly unknown[]) =>
          callAtOnce(id, [...way, String(name)], ...args),
    });

  const control = createRemoteControl(id, created.secret, group, groupAtOnce);
  const outbox = group<TestTenant['outbox']>('outbox');
  const { secret: _secret, ...facts } = created;
  let { people } = created;
  let time = control.clock.get();
  let readAt = Date.now();
  const changeTime = (...change: readonly [string, ...unknown[]]) => {
    const [name, ...args] = change;
    callAtOnce(id, ['clock', name], ...args);
    time = callAtOnce(id, ['control', 'clock', 'get']) as ClockState;
    readAt = Date.now();
  };
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= call(id, ['close']).then(async () => {
      await leave();
    });
    return closing;
  };

  return {
    ...facts,
    get people() {
      return people;
    },
    users: group('users'),
    clients: groupAtOnce('clients'),
    apis: groupAtOnce('apis'),
    clock: {
      // Asked for with each request: not across threads.
      now: () => (time.stopped ? time.now : time.now + Date.now() - readAt),
      get stopped() {
        return time.stopped;
      },
      stop: (at) => changeTime('stop', at),
      advance: (seconds) => changeTime('advance', seconds),
      resume: () => changeTime('resume'),
      reset: () => changeTime('reset'),
    },
    faults: createTestFaults(control),
    outbox,
    events: group('events'),
    mfa: group('mfa'),
    rotateKeys: async () => void (await call(id, ['rotateKeys'])),
    codesFor: (user) => answerCodes(control, outbox, user),
    signIn: (...args) => call(id, ['signIn'], ...args) as ReturnType<TestTenant['signIn']>,
    storageState: (...args) => call(id, ['storageState'], ...args) as ReturnType<TestTenant['storageState']>,
    control,
    async reset() {
      await call(id, ['reset']);
      people = (await call(id, ['people'])) as TestTenant['people'];
      time = control.clock.get();
      readAt = Date.now();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Group = <T>(...way: readonly string[]) => T & object;

/** Members that give no promise. */
const atOnce = new Set(['clock', 'faults', 'fixCode', 'addClient', 'addApi']);
const groups = new Set(['users', 'outbox', 'events', 'sessions', 'families', 'mfa', 'organizations']);

function createRemoteControl(id: number, secret: string, group: Group, groupAtOnce: Group): TenantControl {
  return new Proxy({} as TenantControl, {
    get(_, name) {
      const member = String(name);
      if (member === 'secret') return secret;
      if (groups.has(member)) return group('control', member);
      if (member === 'clock' || member === 'faults') return groupAtOnce('control', member);
      return (...args: readonly unknown[]) =>
        (atOnce.has(member) ? callAtOnce : call)(id, ['control', member], ...args);
    },
  });
}
