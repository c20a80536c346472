import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../src/users/password-hasher.ts';

const passwords = createPasswordHasher();

describe('password hasher', () => {
  it('uses argon2id with the parameters OWASP names, and a salt of its own each time', async () => {
    const [first, second] = await Promise.all([passwords.hash('Correct-Horse-42'), passwords.hash('Correct-Horse-42')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(second).not.toBe(first);
    expect(await passwords.verify(first, 'Correct-Horse-42')).toBe(true);
  });

  it.each(['', 'correct-horse-42', 'Correct-Horse-42 ', 'Correct-Horse-4', 'Correct-Horse-42\0'])(
    'refuses %j',
    async (wrong) => {
      expect(await passwords.verify(await passwords.hash('Correct-Horse-42'), wrong)).toBe(false);
    },
  );

  it('tells passwords apart beyond 72 bytes and outside of ASCII', async () => {
    const long = 'x'.repeat(100);
    expect(await passwords.verify(await passwords.hash(`${long}a`), `${long}b`)).toBe(false);
    expect(await passwords.verify(await passwords.hash('pässwörd-👩‍🚀'), 'pässwörd-👩‍🚀')).toBe(true);
    expect(await passwords.verify(await passwords.hash('pässwörd-👩‍🚀'), 'password-👩‍🚀')).toBe(false);
  });

  it('works off the event loop, which goes on meanwhile', async () => {
    const stored = await passwords.hash('Correct-Horse-42');
    const before = performance.eventLoopUtilization();
    await Promise.all(
      Array.from({ length: 16 }, async (_, n) => {
        await passwords.hash(`Password-${n}`);
        expect(await passwords.verify(stored, 'Correct-Horse-42')).toBe(true);
      }),
    );
    // Synchronous hashing would keep the loop busy for all of it.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });

  it('does the same work for a user who is not there', async () => {
    const hash = await passwords.hash('Correct-Horse-42');
    const measure = async (stored: string | undefined) => {
      const before = process.cpuUsage();
      expect(await passwords.verify(stored, 'wrong')).toBe(false);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      known.push(await measure(hash));
      unknown.push(await measure(undefined));
    }
    // Counted in the processor's time, and the least of each, so that whatever else the machine does has no say.
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.6);
  });
});
