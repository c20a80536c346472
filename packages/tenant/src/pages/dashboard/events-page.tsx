/** @jsxImportSource hono/jsx */
import type { TenantEvent } from '../../events/event-log.ts';
import { formatTime } from './format.ts';
import { type DashboardFrame, DashboardPage, Empty } from './frame.tsx';

export interface EventFilter {
  /** The beginning of the type, e.g. `login` or `token.issued`. */
  readonly type: string;
  readonly failuresOnly: boolean;
}

interface EventsPageProps {
  frame: DashboardFrame;
  filter: EventFilter;
  /** Newest first. */
  events: readonly TenantEvent[];
  /** The newest id of the whole log, from which the live log goes on. */
  lastId: number;
}

export function EventsPage({ frame, filter, events, lastId }: EventsPageProps) {
  const query = new URLSearchParams({ after: String(lastId), type: filter.type });
  if (filter.failuresOnly) query.set('outcome', 'failure');
  return (
    <DashboardPage
      frame={frame}
      tab="/__tenant/events"
      lead="What the tenant did and why. A failure says what came, what was expected and what to change."
    >
      <form method="get" action="/__tenant/events" class="toolbar">
        <label for="type">Type begins with</label>
        <input id="type" name="type" type="text" value={filter.type} placeholder="login, token, refresh…" />
        <label class="check">
          <input type="checkbox" name="outcome" value="failure" checked={filter.failuresOnly} /> Failures only
        </label>
        <button type="submit" class="small-button">
          Filter
        </button>
        <span class="soft live" data-live role="status" />
      </form>
      <ol class="log" data-events={`/__tenant/events/stream?${query}`} reversed>
        {events.map((event) => (
          <li class={event.outcome === 'failure' ? 'entry entry-failed' : 'entry'}>
            <p class="entry-head">
              <time datetime={new Date(event.at).toISOString()}>{formatTime(event.at).slice(11)}</time>
              <span class="entry-type">{event.type}</span>
              {event.outcome === 'failure' ? <span class="tag tag-failed">Failure</span> : null}
            </p>
            <p class="entry-sentence">{event.sentence}</p>
          </li>
        ))}
      </ol>
      {events.length === 0 ? <Empty>Nothing that matches has happened yet.</Empty> : null}
    </DashboardPage>
  );
}
