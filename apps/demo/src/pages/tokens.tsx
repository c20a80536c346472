import { Countdown } from '../parts/countdown.tsx';
import { TokenCard } from '../parts/token-card.tsx';
import { useHasControls } from '../use-has-controls.ts';
import { type Entry, useTokenDesk } from '../use-token-desk.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

function Log({ entries }: { entries: Entry[] }) {
  return (
    <section className="card log">
      <h2 id="log-title">What happened</h2>
      <div role="log" aria-labelledby="log-title">
        <ol>
          {entries.length === 0 && <li className="empty">Nothing yet. Press a button.</li>}
          {entries.map(({ id, at, text, outcome }) => (
            <li key={id} className={outcome}>
              <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time> {text}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

export function Tokens() {
  const { credentials, entries, isBusy, refresh, expire, use, cause } = useTokenDesk();
  const hasControls = useHasControls();
  return (
    <section>
      <h1>Tokens</h1>
      <p className="lead">What this browser holds for you. Tokens themselves are never shown, only a fingerprint.</p>
      <div className="tokens">
        <TokenCard title="Access token" purpose="Opens the notes API." token={credentials?.accessToken}>
          {credentials && <Countdown expiresAt={credentials.expiresAt} />}
          {credentials?.tokenType === 'DPoP' && (
            <p className="hint">Bound to a key that cannot leave this browser: a copy of the token opens nothing.</p>
          )}
          <ul className="scopes" aria-label="Scopes">
            {(credentials?.scope ?? '')
              .split(' ')
              .filter(Boolean)
              .map((scope) => (
                <li key={scope}>{scope}</li>
              ))}
          </ul>
        </TokenCard>
        <TokenCard
          title="Refresh token"
          purpose="Gets new access tokens; each works once."
          token={credentials?.refreshToken}
        />
        <TokenCard title="ID token" purpose="Says who you are. For this app only." token={credentials?.idToken} />
      </div>

      <section className="card">
        <h2>Try it</h2>
        <div className="actions">
          <button type="button" className="button primary" disabled={isBusy} onClick={use}>
            Use the access token
          </button>
          <button type="button" className="button" disabled={isBusy} onClick={refresh}>
            Refresh now
          </button>
          <button type="button" className="button" disabled={isBusy} onClick={expire}>
            Expire it
          </button>
        </div>
        <p className="hint">
          “Expire it” only changes what this browser believes: it stores the token with an expiry in the past, and the
          API would still take it. The next use therefore renews it first, as it does when the time is really up.
        </p>
        {hasControls && (
          <>
            <h2>Break things</h2>
            <p>
              Each asks the local tenant for trouble. Then refresh, or expire and use, and see what the app notices.
            </p>
            <div className="actions">
              <button
                type="button"
                className="button"
                disabled={isBusy}
                onClick={() => cause('drop-next-token-answer')}
              >
                Lose the next answer
              </button>
              <button
                type="button"
                className="button"
                disabled={isBusy}
                onClick={() => cause('fail-next-token-answer')}
              >
                Fail the next answer
              </button>
              <button
                type="button"
                className="button danger"
                disabled={isBusy}
                onClick={() => cause('revoke-refresh-tokens')}
              >
                Revoke my refresh tokens
              </button>
            </div>
          </>
        )}
        <p className="hint">
          Offline: switch the network off in the browser’s developer tools, expire the token and use it. The call fails
          with <code>NO_NETWORK</code>, and you stay signed in.
        </p>
      </section>
      <Log entries={entries} />
    </section>
  );
}
