/** @jsxImportSource hono/jsx */
import type { RefreshFamily, Session } from '../../store/store.ts';
import { FamilyTimeline, stateOfFamily } from './family-timeline.tsx';
import { shorten } from './format.ts';
import { ActionForm, type DashboardFrame, DashboardPage, Empty, Moment } from './frame.tsx';

export interface SessionView {
  readonly session: Session;
  readonly person: string;
  readonly clients: readonly string[];
  readonly live: boolean;
}

export interface FamilyView {
  readonly family: RefreshFamily;
  readonly person: string;
  /** How often it was renewed. */
  readonly renewals: number;
}

interface SessionsPageProps {
  frame: DashboardFrame;
  sessions: readonly SessionView[];
  families: readonly FamilyView[];
}

export function SessionsPage({ frame, sessions, families }: SessionsPageProps) {
  return (
    <DashboardPage
      frame={frame}
      tab="/__tenant/sessions"
      lead="Browsers that are signed in, and logins that apps renew with refresh tokens."
    >
      <h2>Browser sessions</h2>
      {sessions.length === 0 ? (
        <Empty>No browser has signed in yet.</Empty>
      ) : (
        <ul class="rows">
          {sessions.map((view) => (
            <SessionRow frame={frame} view={view} />
          ))}
        </ul>
      )}
      <h2>Refresh-token families</h2>
      {families.length === 0 ? (
        <Empty>No app has asked for offline_access yet.</Empty>
      ) : (
        <ul class="rows">
          {families.map((view) => (
            <FamilyRow frame={frame} view={view} />
          ))}
        </ul>
      )}
    </DashboardPage>
  );
}

function SessionRow({ frame, view: { session, person, clients, live } }: { frame: DashboardFrame; view: SessionView }) {
  const end = Math.min(session.idleExpiresAt, session.absoluteExpiresAt);
  return (
    <li class="row">
      <div class="row-main">
        <p class="row-title">
          {person}
          <span class={live ? 'tag tag-live' : 'tag'}>
            {live ? 'Live' : session.endedAt === undefined ? 'Expired' : 'Ended'}
          </span>
        </p>
        <p class="soft">
          <code>{shorten(session.id)}</code> · logged in <Moment at={session.authTime} now={frame.now} /> with{' '}
          {session.amr.join(', ')}
          {clients.length > 0 ? ` · used by ${clients.join(', ')}` : ''}
          {live ? (
            <>
              {' '}
              · ends <Moment at={end} now={frame.now} /> if unused
            </>
          ) : null}
        </p>
      </div>
      {live ? (
        <div class="row-actions">
          <ActionForm frame={frame} action="/__tenant/sessions/end">
            <input type="hidden" name="id" value={session.id} />
            <button type="submit" class="small-button" aria-label={`End session of ${person}`}>
              End session
            </button>
          </ActionForm>
        </div>
      ) : null}
    </li>
  );
}

function FamilyRow({ frame, view: { family, person, renewals } }: { frame: DashboardFrame; view: FamilyView }) {
  const state = stateOfFamily(family, frame.now);
  const label = { live: 'Live', revoked: 'Revoked', expired: 'Expired' }[state];
  return (
    <li class="row row-tall">
      <div class="row-main">
        <p class="row-title">
          {person}
          <span class={{ live: 'tag tag-live', revoked: 'tag tag-failed', expired: 'tag' }[state]}>{label}</span>
        </p>
        <p class="soft">
          <code>{shorten(family.id)}</code> · {family.clientId}
          {family.audience ? ` · ${family.audience}` : ''} · {describeRenewals(renewals)}
          {family.dpopJkt === undefined ? '' : ' · bound to a key (DPoP)'}
        </p>
        {family.revokedReason === undefined ? null : <p class="soft">{`Why it ended: ${family.revokedReason}.`}</p>}
        <FamilyTimeline family={family} now={frame.now} />
      </div>
      {state === 'live' ? (
        <div class="row-actions">
          <ActionForm frame={frame} action="/__tenant/sessions/revoke">
            <input type="hidden" name="id" value={family.id} />
            <button type="submit" class="small-button" aria-label={`Revoke family of ${person} for ${family.clientId}`}>
              Revoke
            </button>
          </ActionForm>
        </div>
      ) : null}
    </li>
  );
}

function describeRenewals(renewals: number): string {
  if (renewals === 0) return 'not renewed yet';
  return renewals === 1 ? 'renewed once' : `renewed ${renewals} times`;
}
