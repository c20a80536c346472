/** @jsxImportSource hono/jsx */
import { ActionForm, type DashboardFrame, DashboardPage, Empty, Moment } from './frame.tsx';

/** A question on the simulated phone. */
export interface PushView {
  readonly id: string;
  readonly person: string;
  /** Name of the app that is logged in to. */
  readonly client: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** What somebody's authenticator app shows. */
export interface AppView {
  readonly person: string;
  readonly code: string;
  /** Milliseconds. */
  readonly changesAt: number;
}

interface DevicesPageProps {
  frame: DashboardFrame;
  pushes: readonly PushView[];
  apps: readonly AppView[];
}

/** Everybody's phone, simulated: the questions it asks, and the codes it shows. */
export function DevicesPage({ frame, pushes, apps }: DevicesPageProps) {
  return (
    <DashboardPage
      frame={frame}
      tab="/__tenant/devices"
      lead="The phone of everybody here, simulated: approve or deny logins, and read the codes of authenticator apps."
    >
      <div data-refresh class="stack">
        <h2>Waiting for an answer</h2>
        {pushes.length === 0 ? (
          <Empty>Nothing is asked. A login with a notification as second factor appears here.</Empty>
        ) : (
          <ul class="phones">
            {pushes.map((push) => (
              <Phone frame={frame} push={push} />
            ))}
          </ul>
        )}
        <h2>Authenticator apps</h2>
        {apps.length === 0 ? (
          <Empty>Nobody has set up an authenticator app.</Empty>
        ) : (
          <ul class="rows">
            {apps.map(({ person, code, changesAt }) => (
              <li class="row">
                <div class="row-main">
                  <p class="row-title">{person}</p>
                  <p class="soft">
                    Changes <Moment at={changesAt} now={frame.now} />
                  </p>
                </div>
                <div class="row-actions">
                  <span class="totp">{`${code.slice(0, 3)} ${code.slice(3)}`}</span>
                  <button
                    type="button"
                    class="small-button"
                    data-copy={code}
                    aria-label={`Copy the code of ${person}`}
                    hidden
                  >
                    Copy
                  </button>
                </div>
              </li>
            ))}
          </ul>
        )}
      </div>
    </DashboardPage>
  );
}

function Phone({ frame, push }: { frame: DashboardFrame; push: PushView }) {
  return (
    <li class="phone">
      <p class="phone-brand">{frame.tenantName}</p>
      <p class="phone-title">Is this you?</p>
      <p>
        <strong>{push.person}</strong> logs in to <strong>{push.client}</strong>.
      </p>
      <p class="soft">
        Asked <Moment at={push.createdAt} now={frame.now} />, expires <Moment at={push.expiresAt} now={frame.now} />
      </p>
      <div class="phone-buttons">
        {(['approved', 'denied'] as const).map((answer) => (
          <ActionForm frame={frame} action="/__tenant/devices/answer">
            <input type="hidden" name="id" value={push.id} />
            <button
              type="submit"
              class={answer === 'approved' ? 'small-button small-button-primary' : 'small-button small-button-danger'}
              name="answer"
              value={answer}
              aria-label={`${answer === 'approved' ? 'Approve' : 'Deny'} the login of ${push.person}`}
            >
              {answer === 'approved' ? 'Approve' : 'Deny'}
            </button>
          </ActionForm>
        ))}
      </div>
    </li>
  );
}
