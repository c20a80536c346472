import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Setting } from './read-settings.ts';
import { withoutComments } from './without-comments.ts';

/** What the app's own code names in so many words. */
export interface SourceFacts {
  /** Each pair of tenant and client, once. */
  readonly clients: readonly { readonly domain: Setting; readonly clientId: Setting }[];
  /** Whether some file imports it. */
  readonly imports: ReadonlySet<string>;
}

const code = /\.[cm]?[jt]sx?$/;
const notTheApp = /(^|[.-])(test|tests|spec|mock|mocks|stories|e2e|example|examples)([.-]|$)|\.d\.[cm]?ts$/i;
const notItsOwn = new Set(['node_modules', 'dist', 'build', 'out', 'coverage', 'ios', 'android', 'public', 'vendor']);
const mostFiles = 2000;
const mostFolders = 2000;
const mostBytes = 300_000;

/** Code is read as text, and bounded: what is put together at run time is not known. */
export async function readSources(folder: string): Promise<SourceFacts> {
  const clients = new Map<string, SourceFacts['clients'][number]>();
  const imports = new Set<string>();
  for (const file of await findCode(folder)) {
    const text = withoutComments(await readFile(file, 'utf8').catch(() => ''));
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

/** Of folders near the top first. Links are not followed, as they may lead round in circles. */
async function findCode(folder: string): Promise<string[]> {
  const files: string[] = [];
  const folders = [folder];
  for (let index = 0; index < Math.min(folders.length, mostFolders) && files.length < mostFiles; index += 1) {
    const here = folders[index] ?? '';
    const entries = await readdir(here, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((one, other) => one.name.localeCompare(other.name))) {
      const path = join(here, entry.name);
      if (entry.name.startsWith('.') || notTheApp.test(entry.name)) continue;
      if (entry.isDirectory() && !notItsOwn.has(entry.name)) folders.push(path);
      if (entry.isFile() && code.test(entry.name) && (await sizeOf(path)) <= mostBytes) files.push(path);
    }
  }
  return files.slice(0, mostFiles);
}

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0;
