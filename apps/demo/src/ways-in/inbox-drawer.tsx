import { CopyButton } from './copy-button.tsx';
import type { Inbox, Message } from './use-inbox.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const channels: Readonly<Record<string, string>> = {
  email: 'Mail',
  sms: 'Text message',
  voice: 'Call',
  push: 'Device',
};

function MessageItem({ message: { at, channel, to, subject, text, code, link } }: { message: Message }) {
  return (
    <li>
      <p className="message-head">
        {channels[channel] ?? channel} to <span className="to">{to}</span>{' '}
        <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>
      </p>
      {!code && <p>{subject ?? text}</p>}
      {code && (
        <p className="message-code">
          <code>{code}</code> <CopyButton text={code} what="code" />
        </p>
      )}
      {link && (
        <a href={link} target="_blank" rel="noopener">
          Open the link<span className="visually-hidden"> of “{subject}” in a new tab</span>
        </a>
      )}
    </li>
  );
}

/** Mail, messages and the device of whoever is trying this page. All of it stays with the local tenant. */
export function InboxDrawer({ inbox: { isThere, messages, questions, answer } }: { inbox: Inbox }) {
  if (!isThere) return null;
  const [newest] = messages;
  return (
    <aside className="inbox card" aria-labelledby="inbox-title">
      <details open>
        <summary>
          <h2 id="inbox-title">Your messages</h2>
          <span className="badge">{messages.length + questions.length}</span>
        </summary>
        <p role="status" className="visually-hidden">
          {newest && `Newest: ${newest.subject ?? newest.text}`}
        </p>
        {questions.map((who) => (
          <div key={who} className="question">
            <p>
              The device of <span className="to">{who}</span> asks: is it you who logs in?
            </p>
            <div className="actions">
              <button type="button" className="button small primary" onClick={() => answer(who, 'approve')}>
                Approve
              </button>
              <button type="button" className="button small" onClick={() => answer(who, 'deny')}>
                Deny
              </button>
            </div>
          </div>
        ))}
        {messages.length === 0 && questions.length === 0 && (
          <p className="empty">
            What the tenant sends to the addresses you type arrives here; nothing leaves this machine.
          </p>
        )}
        <ol>
          {messages.map((message) => (
            <MessageItem key={message.id} message={message} />
          ))}
        </ol>
      </details>
    </aside>
  );
}
