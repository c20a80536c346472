/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { TenantContext } from '../../context.ts';
import type { TenantEvent } from '../../events/event-log.ts';
import { type EventFilter, EventsPage } from '../../pages/dashboard/events-page.tsx';
import { showDashboard } from './show.tsx';

/** How many of the newest events the list looks through. */
const searched = 2000;
const shown = 200;

export function eventsRoutes(tenant: TenantContext): Hono {
  const app = new Hono();
  app.get('/', async (c) => {
    const filter = readFilter(c);
    const newest = await tenant.events.list({ limit: searched });
    const events = newest.filter((event) => passes(event, filter)).slice(-shown);
    return showDashboard(tenant, c, (frame) => (
      <EventsPage frame={frame} filter={filter} events={events.reverse()} lastId={newest.at(-1)?.id ?? 0} />
    ));
  });

  /** The live log: server-sent events from `after` on; a browser that reconnects names the last one it saw. */
  app.get('/stream', (c) => {
    const filter = readFilter(c);
    const after = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0);
    return streamSSE(c, (stream) =>
      follow(
        tenant,
        after,
        async (event) => {
          if (!passes(event, filter)) return;
          const { id, ...rest } = event;
          await stream.writeSSE({ id: String(id), event: 'entry', data: JSON.stringify(rest) });
        },
        (stop) => stream.onAbort(stop),
      ),
    );
  });
  return app;
}

/** Sends what came after `after`, then what comes, in order, until `onStop` calls back. */
async function follow(
  tenant: TenantContext,
  after: number,
  send: (event: TenantEvent) => Promise<void>,
  onStop: (stop: () => void) => void,
): Promise<void> {
  let last = Number.isSafeInteger(after) && after > 0 ? after : 0;
  let sending = Promise.resolve();
  let caughtUp = false;
  const waiting: TenantEvent[] = [];
  const push = (event: TenantEvent) => {
    if (event.id <= last) return;
    last = event.id;
    sending = sending.then(() => send(event));
  };
  await new Promise<void>((resolve, reject) => {
    const stop = tenant.events.subscribe((event) => (caughtUp ? push(event) : waiting.push(event)));
    onStop(() => {
      stop();
      resolve();
    });
    tenant.events.list({ afterId: last, limit: searched }).then((missed) => {
      for (const event of [...missed, ...waiting]) push(event);
      caughtUp = true;
    }, reject);
  });
  await sending;
}

function readFilter(c: Context): EventFilter {
  return { type: (c.req.query('type') ?? '').trim(), failuresOnly: c.req.query('outcome') === 'failure' };
}

function passes(event: TenantEvent, { type, failuresOnly }: EventFilter): boolean {
  return event.type.startsWith(type) && (!failuresOnly || event.outcome === 'failure');
}
