import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';

/** What a part leaves in `bench/results` for `write-page.mjs`. */
export interface Result {
  readonly title: string;
  readonly command: string;
  /** YYYY-MM-DD. */
  readonly measuredOn: string;
  /** Paragraphs of Markdown: how it was measured, and what each of the compared does not do. */
  readonly method: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly tables: readonly Table[];
  /** Sentences computed from the figures. */
  readonly reading: readonly string[];
  readonly charts?: readonly Chart[];
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  /** As many cells as columns. */
  readonly rows: readonly (readonly string[])[];
}

/** Horizontal bars from zero; those of Postern are told apart. */
export interface Chart {
  /** The file's name in `docs/benchmarks`, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly ours?: boolean }[];
}

/** `--quick`: few rounds, to see that a part works. Its figures are for nobody. */
export const quick = argv.includes('--quick');

/** Written apart when they are of a quick run, so that it cannot replace figures that count. */
export async function writeResult(part: string, result: Omit<Result, 'command' | 'measuredOn'>): Promise<void> {
  const whole: Result = {
    command: `npm run bench -- ${part}`,
    measuredOn: new Date().toISOString().slice(0, 10),
    ...result,
  };
  const folder = new URL(quick ? '../results/quick/' : '../results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${part}.json`, folder), `${JSON.stringify(whole, null, 2)}\n`);
  for (const { caption, columns, rows } of whole.tables) {
    console.log(`\n${caption}`);
    const cells = [columns, ...rows];
    const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
    for (const row of cells) console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  }
  for (const sentence of whole.reading) console.log(`- ${sentence}`);
}

const require = createRequire(import.meta.url);

/** The version of a package that is installed here. */
export function versionOf(name: string): string {
  const folder = require.resolve.paths(name)?.find((path) => existsSync(join(path, name, 'package.json')));
  if (!folder) throw new Error(`${name} is not installed`);
  return String(JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')).version);
}

/** One sentence on the machine at this moment. */
export function describeMachine(): string {
  const load = loadavg()[0]?.toFixed(1);
  return `Node ${process.version} on ${process.platform} with ${availableParallelism()} cores; the machine's load was ${load} when it began.`;
}
