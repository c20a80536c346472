import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { Builder, By, Capabilities, until, type WebDriver } from 'selenium-webdriver';

const PATIENCE_MS = 20_000;

/** WebKitGTK's small browser, by its WebDriver. */
export interface WebKit {
  /** A browser of its own: no cookies, storage or tabs of another. Its popup blocker is on, unless told otherwise. */
  open(options?: { allowPopups?: boolean }): Promise<Tab>;
  close(): Promise<void>;
}

/** A tab; what is asked of it brings it to the front. */
export interface Tab {
  readonly driver: WebDriver;
  goto(url: string): Promise<void>;
  /** Runs `work` in the page, with `given` (JSON), and resolves with what it resolves with; rejects with what it throws. */
  evaluate<Given, Result>(work: (given: Given) => Result, given: Given): Promise<Awaited<Result>>;
  evaluate<Result>(work: () => Result): Promise<Awaited<Result>>;
  /** Waits until the page has an element that matches. */
  waitFor(selector: string): Promise<void>;
  waitForUrl(start: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  url(): Promise<string>;
  /** Another tab of the same browser. */
  newTab(): Promise<Tab>;
  /** The only other window, once the page has opened it. */
  popup(): Promise<Tab>;
  /** Closes this one, not the browser. */
  close(): Promise<void>;
  /** Windows and tabs of this browser. */
  countTabs(): Promise<number>;
  /** Ends the browser. */
  quit(): Promise<void>;
}

export async function startWebKit(): Promise<WebKit> {
  const { WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver', WEBKIT_BROWSER = '' } = process.env;
  const port = await findFreePort();
  const program = spawn(WEBKIT_DRIVER, [`--port=${port}`, '--host=127.0.0.1'], { stdio: 'ignore' });
  const capabilities = (...args: string[]) =>
    new Capabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: WEBKIT_BROWSER, args: ['--automation', ...args] },
    });
  await untilReady(port, program);
  const browsers = new Set<WebDriver>();
  return {
    open: async ({ allowPopups = false } = {}) => {
      const driver = await new Builder()
        .usingServer(`http://127.0.0.1:${port}`)
        .withCapabilities(capabilities(`--javascript-can-open-windows-automatically=${allowPopups}`))
        .build();
      browsers.add(driver);
      await driver.manage().setTimeouts({ script: PATIENCE_MS, pageLoad: PATIENCE_MS });
      const tab = createTab(driver, await driver.getWindowHandle());
      return {
        ...tab,
        quit: async () => {
          browsers.delete(driver);
          await driver.quit();
        },
      };
    },
    close: async () => {
      await Promise.allSettled([...browsers].map((driver) => driver.quit()));
      program.kill();
    },
  };
}

function createTab(driver: WebDriver, handle: string): Tab {
  /** WebDriver has one tab at a time: what it does in a tab must not be broken into by what it does in another. */
  const inTab = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const before = turns.get(driver) ?? Promise.resolve();
    const turn = before.then(async () => {
      await driver.switchTo().window(handle);
      return work();
    });
    turns.set(
      driver,
      turn.catch(() => undefined),
    );
    return turn;
  };
  const element = (selector: string) => driver.wait(until.elementLocated(By.css(selector)), PATIENCE_MS);
  return {
    driver,
    goto: (url) => inTab(() => driver.get(url)),
    evaluate: async <Given, Result>(work: (given: Given) => Result, given?: Given) => {
      const outcome = await inTab(() =>
        driver.executeAsyncScript<{ result?: Awaited<Result>; error?: string }>(
          `const [given, done] = arguments;
           Promise.resolve(given).then(${work}).then(
             (result) => done({ result }),
             (error) => done({ error: String(error?.stack ?? error) }),
           );`,
          given ?? null,
        ),
      );
      if (outcome.error !== undefined) throw new Error(outcome.error);
      return outcome.result as Awaited<Result>;
    },
    waitFor: (selector) => inTab(async () => void (await element(selector))),
    waitForUrl: (start) =>
      inTab(async () => {
        await driver.wait(async () => (await driver.getCurrentUrl()).startsWith(start), PATIENCE_MS);
      }),
    fill: (selector, text) => inTab(async () => (await element(selector)).sendKeys(text)),
    click: (selector) => inTab(async () => (await element(selector)).click()),
    url: () => inTab(() => driver.getCurrentUrl()),
    newTab: () =>
      inTab(async () => {
        await driver.switchTo().newWindow('tab');
        return createTab(driver, await driver.getWindowHandle());
      }),
    popup: () =>
      inTab(async () => {
        const popup = await driver.wait(async () => {
          const handles = await driver.getAllWindowHandles();
          return handles.find((other) => other !== handle);
        }, PATIENCE_MS);
        return createTab(driver, popup ?? '');
      }),
    close: () => inTab(() => driver.close()),
    countTabs: () => inTab(async () => (await driver.getAllWindowHandles()).length),
    quit: () => driver.quit(),
  };
}

const turns = new WeakMap<WebDriver, Promise<unknown>>();

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function untilReady(port: number, program: ChildProcess): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    if (program.exitCode !== null) throw new Error(`WebKit's driver ended with ${program.exitCode}.`);
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The driver of WebKit does not answer.');
}
