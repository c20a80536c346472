import { vi } from 'vitest';

type Methods<T> = { [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? K : never }[keyof T];

/**
 * Runs `work` once, right after the next call of a method has its answer and before the caller gets it: what happens when
 * two requests look at the same moment.
 */
export function meanwhile<T extends object, K extends Methods<T> & string>(
  object: T,
  method: K,
  work: () => Promise<unknown>,
): void {
  const original = (object[method] as (...args: unknown[]) => Promise<unknown>).bind(object);
  const spy = vi.spyOn(object as Record<string, (...args: unknown[]) => Promise<unknown>>, method);
  spy.mockImplementationOnce(async (...args) => {
    spy.mockRestore();
    const answer = await original(...args);
    await work();
    return answer;
  });
}
