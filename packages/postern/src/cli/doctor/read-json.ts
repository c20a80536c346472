import { readFile } from 'node:fs/promises';
import { JSON5 } from './third-party.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export type JsonFile =
  | { readonly kind: 'missing' }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'read'; readonly content: JsonObject };

/**
 * Reads a JSON file that holds an object.
 *
 * @param dialect Of Expo's tools, which take comments and trailing commas in app.json.
 */
export async function readJson(file: string, dialect: 'json' | 'json5' = 'json'): Promise<JsonFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'broken', why: message };
  }
  return parseJson(text, dialect);
}

export function parseJson(text: string, dialect: 'json' | 'json5'): JsonFile {
  // A byte order mark is no fault of the person who looks at the file.
  const source = text.replace(/^\uFEFF/, '');
  try {
    const content: unknown = dialect === 'json' ? JSON.parse(source) : JSON5.parse(source);
    return isObject(content) ? { kind: 'read', content } : { kind: 'broken', why: 'it holds no object.' };
  } catch (error) {
    return { kind: 'broken', why: explain(error as Error, source) };
  }
}

/** By line and column, which the parser of JSON tells of some faults only. */
function explain(error: Error, source: string): string {
  if (source.trim() === '') return 'it is empty.';
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(error.message) ?? [];
  if (line)
    return `line ${line}, column ${column}: ${sentence(error.message.replace(/( in JSON)? at position.*$/s, ''))}`;
  const { lineNumber, columnNumber, message } = relaxedError(source) ?? {};
  // The message goes on with what is around it in the file, which may be a secret.
  const [, token] = /^Unexpected token '(.)'/su.exec(error.message) ?? [];
  if (lineNumber === undefined) return token ? `unexpected "${token}".` : 'it is no JSON.';
  const [, character] = /invalid character '\\?(.)'/.exec(message ?? '') ?? [];
  const named = character === '"' ? `'"' (is a comma missing before it?)` : `"${character}"`;
  const what = character ? `unexpected ${named}` : (message ?? '').replace(/^JSON5: | at \d+:\d+$/g, '');
  return `line ${lineNumber}, column ${columnNumber}: ${sentence(what)}`;
}

function relaxedError(source: string): { lineNumber?: number; columnNumber?: number; message?: string } | undefined {
  try {
    JSON5.parse(source);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const sentence = (text: string) => `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, '')}.`;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** A string, or the strings of a list. */
export const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');
