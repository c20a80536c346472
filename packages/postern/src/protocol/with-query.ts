/** Adds parameters to a URL; empty and undefined ones vanish. */
export function withQuery(base: string, query: Readonly<Record<string, string | number | boolean | undefined | null>>) {
  const url = new URL(base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') url.searchParams.set(name, String(value));
  }
  return url.href;
}
