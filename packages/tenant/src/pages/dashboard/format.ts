/** `2026-11-25 14:03:07`, in UTC: the same for everybody who reads a log together. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** `in 3 days`, `2 hours ago`: the distance between two moments, in the largest unit that fits. */
export function formatDistance(ms: number, now: number): string {
  const seconds = Math.round((ms - now) / 1000);
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

/** Ids are not secret, but long: enough of one to tell two apart. */
export function shorten(id: string): string {
  return id.length > 14 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
}
