import { afterAll, beforeAll } from 'vitest';
import { type BoundTest, createProofKey, type ProofKey, startBoundTest } from './bound.ts';

export let test: BoundTest;
export let key: ProofKey;
export let otherKey: ProofKey;

export const tokenOf = (answer: { body: Record<string, unknown> }, name = 'access_token') => String(answer.body[name]);
export const challengeOf = (response: Response) => response.headers.get('www-authenticate');

/** One tenant and two keys for all tests of a file. */
export function useDpopTenant(): void {
  beforeAll(async () => {
    [test, key, otherKey] = await Promise.all([startBoundTest(), createProofKey(), createProofKey()]);
  });

  afterAll(() => test.close());
}
