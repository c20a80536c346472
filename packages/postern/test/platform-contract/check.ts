/** Compares by content; `what` says which value it was. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value) ?? String(value));
  if (left !== right) throw new Error(`${what}: expected ${shorten(right)}, but it is ${shorten(left)}.`);
}

export function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`It should be so: ${what}.`);
}

/** What a promise rejects with; resolving is the failure. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It should have been refused, and was not.');
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until it is so. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`It never came about: ${what}.`);
    await sleep(20);
  }
}

const shorten = (text = '') => (text.length > 200 ? `${text.slice(0, 200)}… (${text.length})` : text);
