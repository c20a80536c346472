import { printable, type Style } from '../style.ts';
import { wrap } from '../usage.ts';
import { type Finding, type FindingCode, type Level, sections } from './finding.ts';

export interface Part {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export interface Look {
  readonly width: number;
  readonly style: Style;
}

export interface Report {
  /** Lines that say what was looked at. */
  readonly about: readonly string[];
  readonly parts: readonly Part[];
}

const marks: Readonly<Record<Level, string>> = { error: '✗', warning: '!', fine: '✓' };
const colours = { error: 'red', warning: 'yellow', fine: 'green' } as const;

/** @param look `width` in columns; what has no spaces, such as an address, is never broken. */
export function writeReport({ about, parts }: Report, look: Look): string {
  const { width, style } = look;
  const lines = about.map(printable);
  for (const { title, findings } of parts) {
    if (findings.length === 0) continue;
    lines.push('', style('bold', title));
    for (const finding of findings) lines.push(...writeFinding(finding, width, style));
  }
  return `${[...lines, '', style('bold', sumUp(parts))].join('\n')}\n`;
}

function writeFinding({ code, level, message, remedy, copy = [] }: Finding, width: number, style: Style): string[] {
  const [first = '', ...more] = wrap(printable(message), width, 4);
  const lines = [`  ${style(colours[level], marks[level])} ${first.trimStart()}`, ...more];
  if (remedy === undefined) return lines;
  // What is copied may be broken by the terminal, but has no line end put into it.
  const toCopy = copy.map((text) => `      ${style('bold', printable(text))}`);
  return [...lines, ...wrap(printable(remedy), width, 4), ...toCopy, style('dim', `    docs/${sections[code]}`)];
}

function sumUp(parts: readonly Part[]): string {
  const all = parts.flatMap(({ findings }) => findings);
  const count = (level: Level) => all.filter((one) => one.level === level).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const toLookAt = warnings === 0 ? '' : `${warnings} to look at (!)`;
  if (errors === 0) return `Nothing was found wrong${toLookAt && `, ${toLookAt}`}.`;
  return `${errors} ${errors === 1 ? 'thing is' : 'things are'} wrong (✗)${toLookAt && `, ${toLookAt}`}.`;
}

export interface JsonFinding {
  readonly part: string;
  readonly code: FindingCode;
  readonly level: Level;
  readonly message: string;
  readonly remedy?: string;
  readonly copy?: readonly string[];
  readonly docs: string;
}

export const listFindings = (parts: readonly Part[]): JsonFinding[] =>
  parts.flatMap(({ title, findings }) =>
    findings.map(({ code, level, message, remedy, copy }) => ({
      part: title,
      code,
      level,
      message,
      ...(remedy !== undefined && { remedy }),
      ...(copy && { copy }),
      docs: `docs/${sections[code]}`,
    })),
  );
