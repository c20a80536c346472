/** The value below which a share (0 to 1) of them lies; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

/** As `12.3 ms (11.9–14.0)`: the median, and the lowest and highest round. */
export function withSpread(values: readonly number[], digits: number, unit = ''): string {
  const text = (value: number) => value.toFixed(digits);
  return `${text(median(values))}${unit && ` ${unit}`} (${text(Math.min(...values))}–${text(Math.max(...values))})`;
}

/** Theirs over ours, as `x 1.23`; never broken between two lines. */
export const ratio = (theirs: number, ours: number, digits = 2) => `x\u00a0${(theirs / ours).toFixed(digits)}`;
