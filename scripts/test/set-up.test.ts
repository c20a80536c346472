import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { launchChromium } from '../../e2e/support/chromium.ts';
import { findChromium } from '../lib/chromium.mjs';
import { run } from '../lib/run.mjs';
import { runMain, SetupError, UsageError } from '../lib/say.mjs';
import { freePort, Services, waitUntilAnswers } from '../lib/services.mjs';
import { hashOf } from '../lib/stamps.mjs';
import { countsOf } from '../lib/vitest-report.mjs';
import { refuseOldNode } from '../setup.mjs';

afterEach(() => vi.unstubAllEnvs());

describe('the last line of npm test', () => {
  const file = (status: string, ...tests: string[]) => ({
    status,
    assertionResults: tests.map((test) => ({ status: test })),
  });

  it('counts tests', () => {
    const testResults = [file('failed', 'passed', 'failed'), file('passed', 'passed')];
    const report = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 3, numTodoTests: 1, testResults };
    expect(countsOf(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 4 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countsOf({ numPassedTests: 5, testResults: [file('failed'), file('passed', 'passed')] }, 1).failed).toBe(1);
  });

  it('counts a run that broke beside its tests as a failure', () => {
    expect(countsOf({ numPassedTests: 5, testResults: [file('passed', 'passed')] }, 1).failed).toBe(1);
    expect(countsOf({}, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('stamps', () => {
  it('change with contents and names, not with times', () => {
    const directory = mkdtempSync(join(tmpdir(), 'postern-stamp-'));
    const file = join(directory, 'a.ts');
    writeFileSync(file, 'one');
    const first = hashOf([directory]);
    writeFileSync(file, 'one');
    expect(hashOf([directory])).toBe(first);
    writeFileSync(file, 'two');
    const second = hashOf([directory]);
    expect(second).not.toBe(first);
    writeFileSync(join(directory, 'b.ts'), '');
    expect(hashOf([directory])).not.toBe(second);
    rmSync(directory, { recursive: true });
  });
});

describe('Chromium', () => {
  it('that is named and not there is an error that says so', () => {
    vi.stubEnv('CHROMIUM_PATH', '/no/such/chromium');
    expect(findChromium).toThrow('/no/such/chromium, which does not exist');
  });

  it('that is named wins', () => {
    vi.stubEnv('CHROMIUM_PATH', process.execPath);
    expect(findChromium()).toBe(process.execPath);
  });

  it('that is named is the one that tests launch', async () => {
    vi.stubEnv('CHROMIUM_PATH', process.execPath);
    await expect(launchChromium()).rejects.toThrow(process.execPath);
  });
});

describe('what a person can mend', () => {
  async function told(main: () => void) {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      await runMain(main);
      return { text: write.mock.calls.join(''), exitCode: process.exitCode };
    } finally {
      write.mockRestore();
      process.exitCode = undefined;
    }
  }

  it('an option that does not exist is named, without a stack', async () => {
    const { text, exitCode } = await told(() => void parseArgs({ args: ['--prt', '3'], options: {} }));
    expect(text).toMatch(/Wrong use\.\S* Unknown option '--prt'\. All options: --help\n$/);
    expect(exitCode).toBe(2);
  });

  it('so is a value that an option does not take', async () => {
    const { text, exitCode } = await told(() => {
      throw new UsageError('--port "abc" is not a port; give a number from 0 to 65535');
    });
    expect(text).toMatch(/--port "abc" is not a port; give a number from 0 to 65535\. All options: --help\n$/);
    expect(exitCode).toBe(2);
  });

  it('a Node that is too old is told which one is needed', async () => {
    expect(() => refuseOldNode('v20.0.0')).not.toThrow();
    expect(() => refuseOldNode('v100.1.0')).not.toThrow();
    expect(() => refuseOldNode('v18.20.8')).toThrow(SetupError);
    expect(() => refuseOldNode('v8.0.0')).toThrow(/This is Node v8\.0\.0; Node 20 or newer is needed/);
  });

  it('a mistake of our own keeps its stack', async () => {
    const mistake = new TypeError('not a function');
    await expect(
      runMain(() => {
        throw mistake;
      }),
    ).rejects.toBe(mistake);
  });
});

describe('ports', () => {
  it.each(['127.0.0.1', '::1'])('somebody listens on at %s are left alone', async (host) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, host, resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const free = await freePort(port);
    expect(free).not.toBe(port);
    expect(free).toBeGreaterThan(0);
    await new Promise((resolve) => taken.close(resolve));
    expect(await freePort(port)).toBe(port);
  });
});

describe('services', () => {
  const sayReady =
    "console.log('hello'); console.log(JSON.stringify({ ready: true, url: 'x' })); setInterval(() => {}, 1000);";

  it('are ready when they say so, and end when asked', async () => {
    const onUnexpectedEnd = vi.fn();
    const services = new Services({ onUnexpectedEnd });
    expect(await services.start('a', process.execPath, ['-e', sayReady]).ready).toEqual({ ready: true, url: 'x' });
    await services.stop();
    expect(onUnexpectedEnd).not.toHaveBeenCalled();
  });

  it('that end by themselves are reported', async () => {
    const onUnexpectedEnd = vi.fn();
    const { ready } = new Services({ onUnexpectedEnd }).start('b', process.execPath, ['-e', 'process.exit(3)']);
    await expect(ready).rejects.toThrow('ended with code 3');
    expect(onUnexpectedEnd.mock.calls).toEqual([['b', 3]]);
  });

  it('that never answer are given up', async () => {
    await expect(waitUntilAnswers('http://127.0.0.1:9/', { timeoutMs: 50 })).rejects.toThrow('did not answer');
  });
});

describe('run', () => {
  it('tells of a command that does not exist instead of throwing', async () => {
    const { code, output } = await run('no-such-command', [], { quiet: true });
    expect(code).toBe(127);
    expect(output).toContain('no-such-command');
  });
});
