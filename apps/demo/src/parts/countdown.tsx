import { useNow } from '../use-now.ts';

function durationText(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:` : ''}${pad(minutes)}:${pad(seconds % 60)}`;
}

/** Time left until `expiresAt`, in seconds since the epoch. */
export function Countdown({ expiresAt }: { expiresAt: number }) {
  const left = expiresAt - useNow();
  return left > 0 ? (
    <p className="countdown">
      <span className="countdown-label">expires in</span> <span role="timer">{durationText(left)}</span>
    </p>
  ) : (
    <p className="countdown expired">
      <span role="timer">expired</span> <span className="countdown-label">the next use renews it</span>
    </p>
  );
}
