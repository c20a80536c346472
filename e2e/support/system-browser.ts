import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A person's browser that is running already: whoever opens an address on this machine gets a tab in it. */
export interface SystemBrowser {
  readonly context: BrowserContext;
  /** A command for `BROWSER`. */
  readonly command: string;
  /** A folder for `PATH` in which `xdg-open` opens this browser. */
  readonly folder: string;
  /** The next tab that somebody opens. */
  nextTab(): Promise<Page>;
  close(): Promise<void>;
}

/** As desktops do it: the command hands the address to the browser that runs, and ends. */
export async function startSystemBrowser(browser: Browser): Promise<SystemBrowser> {
  const context = await browser.newContext();
  context.setDefaultTimeout(15_000);
  const server = createServer((request, response) => {
    let url = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      url += text;
    });
    request.on('end', () => {
      response.end();
      void context.newPage().then((page) => page.goto(url).catch(() => undefined));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), 'postern-browser-'));
  await mkdir(folder, { recursive: true });
  const command = join(folder, 'xdg-open');
  const program = `fetch('http://127.0.0.1:${port}/', { method: 'POST', body: process.argv[1] })`;
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' -e "${program}" "$1"\n`);
  await chmod(command, 0o755);
  return {
    context,
    command,
    folder,
    nextTab: () => context.waitForEvent('page'),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
