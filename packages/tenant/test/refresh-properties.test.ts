import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProtocolTest, startProtocolTest } from './support/protocol.ts';

/**
 * Random histories of one refresh-token family against a model of the rules in words: the newest tokens are live, their
 * parents work for the leeway, anything older ends the family, and nothing outlives the idle or the absolute limit.
 */
let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
  test.tenant.context.clock.set(Date.now());
});
afterAll(() => test.close());

const leeway = 10;
const idle = 400;
const absolute = 1000;

interface Known {
  readonly value: string;
  readonly generation: number;
  spentAt?: number;
}

class Model {
  readonly tokens: Known[];
  readonly #born: number;
  #used: number;
  #newest = 1;
  #newestSince: number;
  isOver = false;

  constructor(value: string, now: number) {
    this.tokens = [{ value, generation: 1 }];
    this.#born = now;
    this.#used = now;
    this.#newestSince = now;
  }

  /** The generation of the successor, or undefined when the call must be refused. */
  use(token: Known, now: number): number | undefined {
    if (this.isOver || now >= this.#used + idle || now >= this.#born + absolute) return undefined;
    const age = this.#newest - token.generation;
    if (age === 0) {
      token.spentAt = now;
      this.#newest += 1;
      this.#newestSince = now;
    } else if (age > 1 || now > (token.spentAt ?? this.#newestSince) + leeway) {
      this.isOver = true;
      return undefined;
    }
    this.#used = now;
    return this.#newest;
  }
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('refresh' as const), back: fc.nat({ max: 4 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 9, 10, 11, 150, 399, 400) }),
  },
);

it('T6, T10, T11: every history of a family goes as the rules say', async () => {
  const { clock } = test.tenant.context;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const { refresh_token = '' } = await test.tokens();
      const model = new Model(refresh_token, clock.seconds());
      for (const { kind, ...rest } of steps) {
        if (kind === 'wait' && 'seconds' in rest) {
          clock.advance(rest.seconds * 1000);
          continue;
        }
        const back = 'back' in rest ? rest.back : 0;
        const token = model.tokens[Math.max(0, model.tokens.length - 1 - back)];
        if (token === undefined) continue;
        const expected = model.use(token, clock.seconds());
        const answer = await test.refresh(token.value);
        expect(answer.status).toBe(expected === undefined ? 403 : 200);
        if (expected !== undefined) {
          model.tokens.push({ value: String(answer.body.refresh_token), generation: expected });
        }
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);
