import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NamedTest } from './methods.ts';

const root = new URL('../../../../', import.meta.url);

function textOf(file: string): string {
  const path = fileURLToPath(new URL(file, root));
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** What a test does; '' when it is not there. Its title may go on after what is named. */
export function bodyOf({ file, title, isTable }: NamedTest): string {
  const text = textOf(file);
  const at = Math.max(text.indexOf(`'${title}`), text.indexOf(`\`${title}`));
  if (at === -1 || isTable) return at === -1 ? '' : text;
  const next = text.slice(at).search(/\n\s*(it|test|describe|does|refuses)[.(]|\{\n\s*method/);
  return text.slice(at, next === -1 ? undefined : at + next);
}
