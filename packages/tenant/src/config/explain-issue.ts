import type { z } from 'zod';
import type { ConfigIssue } from './config-error.ts';

type Path = readonly PropertyKey[];

/** Turns what the validator found into sentences for the person who wrote the file: where, what is wrong, what is allowed. */
export function explainIssue(issue: z.core.$ZodIssue, schema: z.core.$ZodType, input: unknown): ConfigIssue[] {
  const path = formatPath(issue.path);
  const given = () => describe(valueAt(input, issue.path), issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: formatPath([...issue.path, key]),
        message: explainUnknownKey(key, fieldsAt(schema, issue.path)),
      }));
    case 'invalid_value':
      return [{ path, message: `${given()} is not allowed; allowed: ${issue.values.map(String).join(', ')}` }];
    case 'invalid_type':
      return [
        {
          path,
          message:
            valueAt(input, issue.path) === undefined
              ? `is missing; it must be ${withArticle(issue.expected)}`
              : `${given()} is not allowed; it must be ${withArticle(issue.expected)}`,
        },
      ];
    case 'too_small':
      return [{ path, message: `${given()} is too small; ${limit(issue.origin, 'at least', issue.minimum)}` }];
    case 'too_big':
      return [{ path, message: `${given()} is too big; ${limit(issue.origin, 'at most', issue.maximum)}` }];
    case 'invalid_format':
      // A rule of our own, which says itself what it wants.
      if (issue.format === 'starts_with') return [{ path, message: issue.message }];
      if (issue.format === 'regex' && issue.message.startsWith('must ')) {
        return [{ path, message: `${given()} is not allowed; it ${issue.message}` }];
      }
      return [{ path, message: `${given()} is not allowed; it must be a valid ${issue.format}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** `clients[0].type` */
function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
    '',
  );
}

function explainUnknownKey(key: string, fields: readonly string[]): string {
  const near = fields.find((field) => distance(field.toLowerCase(), key.toLowerCase()) <= 2);
  return `is not a known field${near ? `; did you mean "${near}"?` : ''}${fields.length ? `; allowed: ${fields.join(', ')}` : ''}`;
}

function limit(origin: string, bound: string, value: number | bigint): string {
  if (origin === 'string') return `${bound} ${value} character${value === 1 ? '' : 's'}`;
  return origin === 'array' ? `${bound} ${value} entries` : `${bound} ${value}`;
}

const articles: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  int: 'a whole number',
  record: 'an object',
  boolean: 'true or false',
};

const withArticle = (type: string): string => articles[type] ?? `a ${type}`;

/** The given value, short; never one that may be a secret. */
function describe(value: unknown, path: Path): string {
  if (path.some((part) => /password|secret|key/i.test(String(part)))) return 'the value';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    input,
  );
}

/** Field names of the object schema at `path`, looking through defaults and optionals. */
function fieldsAt(schema: z.core.$ZodType, path: Path): string[] {
  let at: unknown = schema;
  for (const part of [...path, undefined]) {
    at = unwrap(at);
    if (part === undefined) break;
    at = typeof part === 'number' ? definition(at).element : Reflect.get(Object(definition(at).shape), part);
  }
  return Object.keys(Object(definition(at).shape));
}

function unwrap(schema: unknown): unknown {
  const { innerType } = definition(schema);
  return innerType === undefined ? schema : unwrap(innerType);
}

function definition(schema: unknown): { innerType?: unknown; element?: unknown; shape?: unknown } {
  return Object(Object(schema)._zod?.def);
}

/** Levenshtein distance, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [i, from] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, to] of [...b].entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (from === to ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
