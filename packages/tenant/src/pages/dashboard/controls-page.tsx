/** @jsxImportSource hono/jsx */
import type { Fault } from '../../control/faults.ts';
import { formatTime, shorten } from './format.ts';
import { ActionForm, type DashboardFrame, DashboardPage } from './frame.tsx';

interface ControlsPageProps {
  frame: DashboardFrame;
  faults: readonly Fault[];
  /** Key ids the JWKS publishes. */
  keyIds: readonly string[];
  /** Whether the clock stands still. */
  stopped: boolean;
}

const steps = [
  { label: '1 minute', ms: 60_000 },
  { label: '1 hour', ms: 3_600_000 },
  { label: '1 day', ms: 86_400_000 },
  { label: '30 days', ms: 2_592_000_000 },
];

const claims: Extract<Fault, { kind: 'id_token' }>['claim'][] = ['iss', 'aud', 'nonce', 'sub', 'exp', 'signature'];

export function ControlsPage({ frame, faults, keyIds, stopped }: ControlsPageProps) {
  return (
    <DashboardPage
      frame={frame}
      tab="/__tenant/controls"
      lead="Make things happen that an app must survive: time passing, answers getting lost, keys changing."
    >
      <section class="panel" aria-labelledby="clock-heading">
        <h2 id="clock-heading">Clock</h2>
        <p>
          The tenant's time is <time datetime={new Date(frame.now).toISOString()}>{formatTime(frame.now)} UTC</time>
          {stopped ? ', and the clock stands still.' : '.'}
        </p>
        <ActionForm frame={frame} action="/__tenant/controls/clock" class="buttons">
          {steps.map(({ label, ms }) => (
            <button type="submit" class="small-button" name="advance" value={ms}>{`Advance ${label}`}</button>
          ))}
          <button type="submit" class="small-button" name="action" value={stopped ? 'run' : 'stop'}>
            {stopped ? 'Let the clock run' : 'Stop the clock'}
          </button>
          <button type="submit" class="small-button" name="action" value="reset">
            Back to real time
          </button>
        </ActionForm>
      </section>
      <section class="panel" aria-labelledby="keys-heading">
        <h2 id="keys-heading">Signing keys</h2>
        <p class="soft">
          Published: {keyIds.map((kid, index) => [index > 0 ? ', ' : '', <code title={kid}>{shorten(kid)}</code>])}
        </p>
        <ActionForm frame={frame} action="/__tenant/controls/rotate" class="buttons">
          <button type="submit" class="small-button">
            Rotate keys
          </button>
        </ActionForm>
      </section>
      <section class="panel" aria-labelledby="faults-heading">
        <h2 id="faults-heading">Faults</h2>
        {faults.length === 0 ? (
          <p class="soft">None are waiting. A fault strikes the next answer it fits, and is used up by it.</p>
        ) : (
          <>
            <ol class="faults">
              {faults.map((fault) => (
                <li>{describeFault(fault)}</li>
              ))}
            </ol>
            <ActionForm frame={frame} action="/__tenant/controls/clear-faults" class="buttons">
              <button type="submit" class="small-button">
                Clear all
              </button>
            </ActionForm>
          </>
        )}
        <ResponseFault frame={frame} />
        <IdTokenFault frame={frame} />
      </section>
    </DashboardPage>
  );
}

function ResponseFault({ frame }: { frame: DashboardFrame }) {
  return (
    <>
      <h3>Next answer to a path</h3>
      <ActionForm frame={frame} action="/__tenant/controls/fault" class="inline-form">
        <div class="inline-field">
          <label for="path">Path</label>
          <input
            id="path"
            name="path"
            type="text"
            value="/oauth/token"
            required
            spellcheck={false}
            autocomplete="off"
          />
        </div>
        <div class="inline-field">
          <label for="kind">What happens</label>
          <select id="kind" name="kind">
            <option value="drop">Processed, then the connection closes</option>
            <option value="delay">Answered late</option>
            <option value="respond">Answered with a status</option>
          </select>
        </div>
        <div class="inline-field inline-field-small">
          <label for="ms">Delay (ms)</label>
          <input id="ms" name="ms" type="number" min="1" max="600000" value="3000" />
        </div>
        <div class="inline-field inline-field-small">
          <label for="status">Status</label>
          <input id="status" name="status" type="number" min="200" max="599" value="503" />
        </div>
        <button type="submit" class="small-button small-button-primary">
          Add
        </button>
      </ActionForm>
    </>
  );
}

function IdTokenFault({ frame }: { frame: DashboardFrame }) {
  return (
    <>
      <h3>Next ID token</h3>
      <ActionForm frame={frame} action="/__tenant/controls/fault" class="inline-form">
        <input type="hidden" name="kind" value="id_token" />
        <div class="inline-field">
          <label for="claim">Is wrong in</label>
          <select id="claim" name="claim">
            {claims.map((claim) => (
              <option value={claim}>{claim}</option>
            ))}
          </select>
        </div>
        <button type="submit" class="small-button small-button-primary">
          Add
        </button>
      </ActionForm>
    </>
  );
}

function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'drop':
      return `The next answer to ${fault.path} is processed, then the connection closes.`;
    case 'delay':
      return `The next answer to ${fault.path} comes ${fault.ms} ms late.`;
    case 'respond':
      return `The next answer to ${fault.path} has status ${fault.status}.`;
    case 'id_token':
      return fault.claim === 'signature'
        ? 'The next ID token has a wrong signature.'
        : `The next ID token has a wrong ${fault.claim}.`;
  }
}
