/** @jsxImportSource hono/jsx */
import type { OutboxMessage } from '../../delivery/outbox.ts';
import { formatTime } from './format.ts';
import { Copyable, type DashboardFrame, DashboardPage, Empty, Moment } from './frame.tsx';

/** The one page that shows links and codes whole: reading them is what an outbox is for. */
export function OutboxPage({ frame, messages }: { frame: DashboardFrame; messages: readonly OutboxMessage[] }) {
  return (
    <DashboardPage
      frame={frame}
      tab="/__tenant/outbox"
      lead="Every message of the tenant. None leaves it unless delivery by SMTP or webhook is set up."
    >
      {messages.length === 0 ? (
        <Empty>Nothing yet. Ask for a new password on a login page, or sign up, and the message appears here.</Empty>
      ) : (
        <ul class="rows">
          {messages.map((message) => (
            <MessageRow frame={frame} message={message} />
          ))}
        </ul>
      )}
    </DashboardPage>
  );
}

/** How it fared on its way out of the tenant. */
function describeDelivery({ delivery, attempts = 0, lastError }: OutboxMessage): string {
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`;
  if (delivery === 'sent') return attempts === 1 ? 'delivered' : `delivered after ${tries}`;
  const reason = lastError === undefined ? '' : `: ${lastError}`;
  return delivery === 'failed' ? `not delivered, ${tries}${reason}` : `on its way, ${tries}${reason}`;
}

function MessageRow({ frame, message }: { frame: DashboardFrame; message: OutboxMessage }) {
  const title = message.subject ?? message.template;
  return (
    <li class="row row-tall" id={`message-${message.id}`}>
      <div class="row-main">
        <p class="row-title">{title}</p>
        <p class="soft">
          {message.channel} to {message.to} · <Moment at={message.at} now={frame.now} />
          {message.delivery === undefined ? null : <> · {describeDelivery(message)}</>}
        </p>
        {message.code === undefined ? null : (
          <dl class="settings">
            <Copyable label="Code" value={message.code} />
          </dl>
        )}
      </div>
      {message.link === undefined ? null : (
        <div class="row-actions">
          <a class="small-button small-button-primary" href={message.link} target="_blank" rel="noopener noreferrer">
            Open link
          </a>
          <button
            type="button"
            class="small-button"
            data-copy={message.link}
            aria-label={`Copy link of ${title}`}
            hidden
          >
            Copy link
          </button>
        </div>
      )}
      <details class="reader">
        <summary>Read the message</summary>
        {message.html === undefined ? (
          <pre>{message.text}</pre>
        ) : (
          <iframe
            class="mail"
            title={`${title}, ${formatTime(message.at)}`}
            src={`/__tenant/outbox/${message.id}`}
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            loading="lazy"
          />
        )}
      </details>
    </li>
  );
}
