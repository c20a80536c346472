import type { User } from 'postern';

const initialsOf = (name: string) =>
  name
    .split(/[\s@.]+/)
    .slice(0, 2)
    .map((part) => part[0] ?? '')
    .join('')
    .toUpperCase();

/** Initials, not the picture: a demo makes no request to third parties. */
export function Avatar({ user, large = false }: { user: User; large?: boolean }) {
  return (
    <span className={large ? 'avatar large' : 'avatar'} aria-hidden="true">
      {initialsOf(user.name ?? user.email ?? '?')}
    </span>
  );
}
