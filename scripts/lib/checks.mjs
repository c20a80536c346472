import { dim, green, red, say, seconds } from './say.mjs';

/** Checks that go on after a failure and are counted at the end. */
export function createChecks() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  return {
    counts,
    /** Runs one check; returns what it returned, or undefined when it threw. */
    async check(title, work) {
      const started = Date.now();
      try {
        const result = await work();
        counts.passed += 1;
        say(`${green('ok')}     ${title} ${dim(`(${seconds(Date.now() - started)})`)}`);
        return result;
      } catch (error) {
        counts.failed += 1;
        say(`${red('failed')} ${title}\n${error instanceof Error ? error.message : error}\n`);
        return undefined;
      }
    },
    add({ passed, failed, skipped = 0 }) {
      counts.passed += passed;
      counts.failed += failed;
      counts.skipped += skipped;
    },
    /** The last line, and the exit code. */
    finish() {
      if (counts.skipped > 0) say(`${counts.skipped} skipped`);
      console.log(`${counts.passed} passed, ${counts.failed} failed`);
      process.exitCode = counts.failed > 0 ? 1 : 0;
    },
  };
}
