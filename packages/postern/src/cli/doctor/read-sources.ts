import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Setting } from './read-settings.ts';

/** What the app's own code names in so many words. */
export interface SourceFacts {
  /** Each pair of tenant and client, once. */
  readonly clients: readonly { readonly domain: Setting; readonly clientId: Setting }[];
  /** Whether some file imports it. */
  readonly imports: ReadonlySet<string>;
}

const code = /\.[cm]?[jt]sx?$/;
const notTheApp = /(^|[./-])(test|tests|spec|mock|mocks|stories|e2e|example|examples)([./-]|$)|\.d\.[cm]?ts$/i;
const notItsOwn = new Set(['node_modules', 'dist', 'build', 'out', 'coverage', 'ios', 'android', 'public', 'vendor']);
const mostFiles = 2000;
const mostBytes = 300_000;

/** Code is read as text, and bounded: what is put together at run time is not known. */
export async function readSources(folder: string): Promise<SourceFacts> {
  const clients = new Map<string, SourceFacts['clients'][number]>();
  const imports = new Set<string>();
  for (const file of await findCode(folder)) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const [, name = ''] of text.matchAll(/\b(?:from|import|require\()\s*['"]([^'"\n]+)['"]/g)) imports.add(name);
    const domain = findLiteral(text, /domain/);
    const clientId = findLiteral(text, /clientId|client_id|clientID/);
    if (!domain || !clientId || !/auth0|postern/i.test(text)) continue;
    const where = (line: number) => `${relative(folder, file).replaceAll('\\', '/')}, line ${line}`;
    clients.set(`${domain.value} ${clientId.value}`, {
      domain: { value: domain.value, source: where(domain.line) },
      clientId: { value: clientId.value, source: where(clientId.line) },
    });
  }
  return { clients: [...clients.values()], imports };
}

/** `name="…"`, `name: '…'` or `name = variable ?? '…'`. */
function findLiteral(text: string, name: RegExp): { value: string; line: number } | undefined {
  const pattern = new RegExp(
    `\\b(?:${name.source})['"]?\\s*[:=]\\s*(?:\\{\\s*)?(?:[\\w.?$]+\\s*(?:\\?\\?|\\|\\|)\\s*)?(['"\`])([^'"\`\\n$]+)\\1`,
  );
  const found = pattern.exec(text);
  if (!found?.[2]) return undefined;
  return { value: found[2], line: text.slice(0, found.index).split('\n').length };
}

async function findCode(folder: string): Promise<string[]> {
  const files: string[] = [];
  const waiting = [folder];
  for (let next = waiting.shift(); next !== undefined && files.length < mostFiles; next = waiting.shift()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((one, other) => one.name.localeCompare(other.name))) {
      const path = join(next, entry.name);
      const own = relative(folder, path);
      if (entry.name.startsWith('.') || notTheApp.test(own)) continue;
      if (entry.isDirectory() && !notItsOwn.has(entry.name)) waiting.push(path);
      if (entry.isFile() && code.test(entry.name) && (await stat(path)).size <= mostBytes) files.push(path);
    }
  }
  return files.slice(0, mostFiles);
}
