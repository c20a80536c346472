/** Takes what is wrong: where, as `clients[0].callbacks`, and in words. */
export type Report = (path: string, message: string) => void;

export function checkUnique(
  values: readonly (string | undefined)[],
  list: string,
  field: string,
  report: Report,
): void {
  const seen = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    const first = seen.get(value);
    if (first === undefined) seen.set(value, index);
    else report(`${list}[${index}].${field}`, `"${value}" is already used by ${list}[${first}]`);
  }
}

export const allowed = (names: readonly string[]): string =>
  names.length ? `allowed: ${names.join(', ')}` : 'none is configured';
