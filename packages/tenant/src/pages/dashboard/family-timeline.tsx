/** @jsxImportSource hono/jsx */
import type { RefreshFamily } from '../../store/store.ts';
import { formatDistance, formatTime } from './format.ts';

export type FamilyState = 'live' | 'revoked' | 'expired';

export function stateOfFamily(family: RefreshFamily, now: number): FamilyState {
  if (family.revokedAt !== undefined) return 'revoked';
  return now >= Math.min(family.idleExpiresAt, family.absoluteExpiresAt) ? 'expired' : 'live';
}

/**
 * The life of a family from its login to its absolute end: how much is over, when it was last used, and where it ends
 * sooner if nobody uses it. Drawn with SVG attributes, as the content security policy allows no inline styles.
 */
export function FamilyTimeline({ family, now }: { family: RefreshFamily; now: number }) {
  const { createdAt, lastUsedAt, absoluteExpiresAt, idleExpiresAt, revokedAt } = family;
  const length = Math.max(1, absoluteExpiresAt - createdAt);
  const place = (ms: number) => Math.min(1, Math.max(0, (ms - createdAt) / length)) * 1000;
  const end = revokedAt ?? Math.min(now, idleExpiresAt, absoluteExpiresAt);
  const state = stateOfFamily(family, now);
  return (
    <figure class="timeline">
      <svg viewBox="0 0 1000 28" preserveAspectRatio="none" role="img" aria-label={describe(family, state, now)}>
        <rect class="timeline-track" x="0" y="10" width="1000" height="8" rx="4" />
        {state === 'live' ? (
          <rect
            class="timeline-idle"
            x={place(now)}
            y="10"
            width={Math.max(0, place(idleExpiresAt) - place(now))}
            height="8"
          />
        ) : null}
        <rect
          class={`timeline-past timeline-past-${state}`}
          x="0"
          y="10"
          width={Math.max(6, place(end))}
          height="8"
          rx="4"
        />
        <rect class="timeline-mark" x={Math.max(0, place(lastUsedAt) - 2)} y="4" width="4" height="20" rx="2" />
      </svg>
      <figcaption class="timeline-legend">
        <span title={`${formatTime(createdAt)} UTC`}>Login {formatDistance(createdAt, now)}</span>
        <span title={`${formatTime(lastUsedAt)} UTC`}>Last used {formatDistance(lastUsedAt, now)}</span>
        <span title={`${formatTime(absoluteExpiresAt)} UTC`}>{describeEnd(family, state, now)}</span>
      </figcaption>
    </figure>
  );
}

function describeEnd(family: RefreshFamily, state: FamilyState, now: number): string {
  if (state === 'revoked') return `Revoked ${formatDistance(family.revokedAt ?? now, now)}`;
  const end = Math.min(family.idleExpiresAt, family.absoluteExpiresAt);
  if (state === 'expired') return `Expired ${formatDistance(end, now)}`;
  return family.idleExpiresAt < family.absoluteExpiresAt
    ? `Unused it ends ${formatDistance(family.idleExpiresAt, now)}, at the latest ${formatDistance(family.absoluteExpiresAt, now)}`
    : `Ends ${formatDistance(end, now)}`;
}

function describe(family: RefreshFamily, state: FamilyState, now: number): string {
  const login = `Login ${formatDistance(family.createdAt, now)}`;
  return `${login}, last used ${formatDistance(family.lastUsedAt, now)}. ${describeEnd(family, state, now)}.`;
}
