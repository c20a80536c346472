/** Equal for options that say the same, whatever their order. */
export function signatureOf(options: object): string {
  return JSON.stringify(sorted(options));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort()
    .map(([key, entry]) => [key, sorted(entry)]);
}
