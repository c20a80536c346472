import { createRequire } from 'node:module';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ClockState, TenantControl } from '../control/control.ts';
import { answerCodes } from './answer-codes.ts';
import { createTestClock } from './test-clock.ts';
import { createTestFaults } from './test-faults.ts';
import type { TestTenant, TestTenantOptions } from './test-tenant.ts';
import { type Answer, type CallMessage, receiveError, type SentOptions } from './worker-messages.ts';

/** For so long a call that must not wait may stand still, in milliseconds. */
const PATIENCE = 20_000;

/** Before a test puts a time of its own in its place: threads go by the machine's. */
const { now: machineNow } = Date;

interface Thread {
  readonly worker: Worker;
  /** Open ones. */
  tenants: number;
  /** Told when the thread ends. */
  readonly waiting: Set<(reason: Error) => void>;
  ended?: Error;
}

/** The thread that all such tenants of this process share, as long as there are any. */
let shared: Thread | undefined;
let made = 0;

function openThread(): Thread {
  const worker = new Worker(createRequire(import.meta.url).resolve('@postern/tenant/testing-worker'), {
    // What muted the warning in the tests does not reach another thread.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  // It ends with the test, closed or not.
  worker.unref();
  const thread: Thread = { worker, tenants: 0, waiting: new Set() };
  const end = (cause?: unknown) => {
    const reason = cause === undefined ? '' : `: ${(cause as Error).message}`;
    thread.ended ??= new Error(`The thread of the tenant ended${reason}`, { cause });
    if (shared === thread) shared = undefined;
    for (const tell of thread.waiting) tell(thread.ended);
    thread.waiting.clear();
  };
  worker.once('error', end);
  worker.once('exit', () => end());
  return thread;
}

function post({ worker, ended }: Thread, call: Omit<CallMessage, 'reply'>) {
  if (ended) throw ended;
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ ...call, reply: port2 } satisfies CallMessage, [port2]);
  return port1;
}

function read(answer: Answer): unknown {
  if ('error' in answer) throw receiveError(answer.error);
  return answer.value;
}

interface Line {
  call(member: CallMessage['member'], ...args: readonly unknown[]): Promise<unknown>;
  /** For members that give no promise: this thread stands still until the tenant's has answered. */
  callAtOnce(member: CallMessage['member'], ...args: readonly unknown[]): unknown;
}

/** To one tenant. */
function openLine(thread: Thread, tenant: number, isClosed: () => boolean): Line {
  const checkOpen = () => {
    if (isClosed()) throw new Error('This tenant was closed.');
  };
  return {
    call: (member, ...args) =>
      new Promise<Answer>((resolve, reject) => {
        checkOpen();
        const port = post(thread, { tenant, member, args });
        thread.waiting.add(reject);
        port.once('message', (answer: Answer) => {
          thread.waiting.delete(reject);
          resolve(answer);
        });
      }).then(read),
    callAtOnce(member, ...args) {
      checkOpen();
      const done = new Int32Array(new SharedArrayBuffer(4));
      const port = post(thread, { tenant, member, args, done });
      if (Atomics.wait(done, 0, 0, PATIENCE) === 'timed-out')
        throw new Error('The thread of the tenant does not answer.');
      const received = receiveMessageOnPort(port) as { readonly message: Answer } | undefined;
      port.close();
      if (!received) throw new Error('The thread of the tenant gave no answer.');
      return read(received.message);
    },
  };
}

/** A part of the tenant, whose members are called over there. It is no promise, nor anything else that has a symbol. */
const partOf = <T>(call: Line['call'] | Line['callAtOnce'], ...way: readonly string[]) =>
  new Proxy({} as T & object, {
    get: (target, name) =>
      typeof name === 'symbol' || name in target || name === 'then' || name === 'toJSON'
        ? Reflect.get(target, name)
        : (...args: readonly unknown[]) => call([...way, name], ...args),
  });

type Created = Pick<TestTenant, 'origin' | 'issuer' | 'clientId' | 'audience' | 'connection' | 'people'> & {
  readonly secret: string;
  /** Of `control`, each with what it is. */
  readonly members: Readonly<Record<string, string>>;
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
  shared ??= openThread();
  const thread = shared;
  thread.tenants += 1;
  const leave = async () => {
    thread.tenants -= 1;
    if (thread.tenants > 0) return;
    if (shared === thread) shared = undefined;
    await thread.worker.terminate();
  };
  let closing: Promise<void> | undefined;
  let isClosed = false;
  const line = openLine(thread, id, () => isClosed);
  const { call, callAtOnce } = line;
  const created = (await call('create', sent satisfies SentOptions).catch(async (error: unknown) => {
    await leave();
    throw error;
  })) as Created;

  const { secret, members, ...facts } = created;
  let { people } = created;
  let time = callAtOnce(['control', 'clock', 'get']) as ClockState;
  let readAt = machineNow();
  const tellTime = (state: ClockState): ClockState => {
    time = state;
    readAt = machineNow();
    return state;
  };
  const clock: TenantControl['clock'] = {
    get: () => tellTime(callAtOnce(['control', 'clock', 'get']) as ClockState),
    set: (...args) => tellTime(callAtOnce(['control', 'clock', 'set'], ...args) as ClockState),
    advance: (ms) => tellTime(callAtOnce(['control', 'clock', 'advance'], ms) as ClockState),
    reset: () => tellTime(callAtOnce(['control', 'clock', 'reset']) as ClockState),
  };
  const control = createRemoteControl(line, { secret, members, clock });
  const outbox = partOf<TestTenant['outbox']>(call, 'outbox');
  const close = () => {
    closing ??= call(['close'])
      .catch((error: unknown) => {
        // Closed it is, then.
        if (!thread.ended) throw error;
      })
      .finally(() => {
        isClosed = true;
        return leave();
      })
      .then(() => undefined);
    return closing;
  };
  const { now: _now, ...changes } = createTestClock({ clock });

  return {
    ...facts,
    get people() {
      return people;
    },
    users: partOf(call, 'users'),
    clients: partOf(callAtOnce, 'clients'),
    apis: partOf(callAtOnce, 'apis'),
    clock: {
      ...changes,
      // Asked for with each request: not across threads.
      now: () => (time.stopped ? time.now : time.now + machineNow() - readAt),
      get stopped() {
        return time.stopped;
      },
    },
    faults: createTestFaults(control),
    outbox,
    events: partOf(call, 'events'),
    mfa: partOf(call, 'mfa'),
    rotateKeys: async () => void (await call(['rotateKeys'])),
    codesFor: (user) => answerCodes(control, outbox, user),
    signIn: (...args) => call(['signIn'], ...args) as ReturnType<TestTenant['signIn']>,
    storageState: (...args) => call(['storageState'], ...args) as ReturnType<TestTenant['storageState']>,
    isSignedIn: (state) => call(['isSignedIn'], state) as ReturnType<TestTenant['isSignedIn']>,
    control,
    async reset() {
      await call(['reset']);
      people = (await call(['people'])) as TestTenant['people'];
      clock.get();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Members that give no promise. */
const atOnce = new Set(['faults', 'fixCode', 'addClient', 'addApi']);
/** Members after which it may be another time. */
const changesTime = new Set(['reset', 'importData']);

function createRemoteControl(
  { call, callAtOnce }: Line,
  { secret, members, clock }: Pick<Created, 'secret' | 'members'> & Pick<TenantControl, 'clock'>,
): TenantControl {
  const parts = Object.entries(members).map(([name, kind]) => {
    const send = atOnce.has(name) ? callAtOnce : call;
    if (kind === 'object') return [name, partOf(send, 'control', name)];
    if (!changesTime.has(name)) return [name, (...args: readonly unknown[]) => send(['control', name], ...args)];
    const change = async (...args: readonly unknown[]) => {
      const value = await call(['control', name], ...args);
      clock.get();
      return value;
    };
    return [name, change];
  });
  return { ...Object.fromEntries(parts), secret, clock } as TenantControl;
}
