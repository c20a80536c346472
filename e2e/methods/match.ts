/** What a value should look like: members of an object, a test of text, a condition, or the value itself. */
export type Pattern =
  | string
  | number
  | boolean
  | null
  | undefined
  | RegExp
  | ((value: unknown) => boolean)
  | readonly Pattern[]
  | { readonly [name: string]: Pattern };

/** Throws unless `actual` is as `pattern` says. It runs in a page as it does in Node, where no test runner is. */
export function expectMatch(actual: unknown, pattern: Pattern, at = 'value'): void {
  if (typeof pattern === 'function') {
    if (!pattern(actual)) throw new Error(`${at} is ${show(actual)}, which is not as expected`);
  } else if (pattern instanceof RegExp) {
    if (typeof actual !== 'string' || !pattern.test(actual))
      throw new Error(`${at} is ${show(actual)}, which does not match ${pattern}`);
  } else if (Array.isArray(pattern)) {
    if (!Array.isArray(actual) || actual.length !== pattern.length)
      throw new Error(`${at} is ${show(actual)}, not a list of ${pattern.length}`);
    for (const [index, member] of pattern.entries()) expectMatch(actual[index], member, `${at}[${index}]`);
  } else if (typeof pattern === 'object' && pattern !== null) {
    if (typeof actual !== 'object' || actual === null) throw new Error(`${at} is ${show(actual)}, not an object`);
    for (const [name, member] of Object.entries(pattern))
      expectMatch((actual as Record<string, unknown>)[name], member, `${at}.${name}`);
  } else if (!Object.is(actual, pattern)) {
    throw new Error(`${at} is ${show(actual)}, not ${show(pattern)}`);
  }
}

/** The error that `work` rejects with. Throws when it resolves, and when it throws at once: every method is to reject. */
export async function rejectionOf(work: () => Promise<unknown>): Promise<unknown> {
  const outcome = work();
  return outcome.then(
    (value) => {
      throw new Error(`The call resolved, with ${show(value)}`);
    },
    (error: unknown) => error,
  );
}

export const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message} ${JSON.stringify(value)}`;
  return (JSON.stringify(value) ?? String(value)).slice(0, 200);
}
