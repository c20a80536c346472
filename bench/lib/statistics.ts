/** The value below which a share (0 to 1) of them lies; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** As `12.3 ms (11.9–14.0)`: the median, and the lowest and highest round; one value stands alone. */
export function withSpread(values: readonly number[], digits: number, unit = ''): string {
  const text = (value: number) => value.toFixed(digits);
  if (values.length === 1) return `${text(median(values))}${unit && ` ${unit}`}`;
  return `${text(median(values))}${unit && ` ${unit}`} (${text(Math.min(...values))}–${text(Math.max(...values))})`;
}

/** Theirs over ours, as `x 1.23`; never broken between two lines. A small one has more digits: it is not nothing. */
export function ratio(theirs: number, ours: number, digits = 2): string {
  const value = theirs / ours;
  const isSmall = value > 0 && value < 0.5 * 10 ** (1 - digits);
  return `x\u00a0${isSmall ? Number(value.toPrecision(1)) : value.toFixed(digits)}`;
}
