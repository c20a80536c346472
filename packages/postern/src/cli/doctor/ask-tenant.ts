import type { TenantAddress } from './domain.ts';
import { isObject, type JsonObject } from './read-json.ts';

/** Milliseconds for each answer, as the SDK has it. */
const patience = 10_000;
/** Characters of an answer, of which no tenant has so many to say. */
const longest = 2_000_000;

/** What a tenant says of itself to anybody who asks. */
export interface TenantFacts {
  readonly discovery: Discovery;
  /** How many keys it signs with. */
  readonly keys?: number;
  /** By how many seconds the clock of this machine is ahead; by a second more or less. */
  readonly clockAhead?: number;
}

export type Discovery =
  | { readonly kind: 'read'; readonly document: JsonObject }
  | { readonly kind: 'no-json' }
  | { readonly kind: 'refused'; readonly status: number; readonly location: string }
  | { readonly kind: 'unreachable'; readonly failure: Failure };

export interface Failure {
  /** Of Node: `ENOTFOUND`, `ECONNREFUSED`, `CERT_HAS_EXPIRED` and their like. */
  readonly code: string;
  readonly message: string;
}

export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** One request without cookies; redirects are looked at, not followed. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patience), ...init });
    return { kind: 'answered', status: response.status, headers: response.headers, text: await readText(response) };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error as Error) };
  }
}

async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > longest)
      throw Object.assign(new Error('its answer is longer than any of a tenant'), { code: 'TOO_LONG' });
  }
  return text;
}

/** `fetch` says no more than that it failed; what happened is the cause. */
function failureOf(error: Error): Failure {
  if (error.name === 'TimeoutError') return { code: 'TIMEOUT', message: `no answer within ${patience / 1000} seconds` };
  const cause = (error.cause ?? error) as Error & { code?: string; errors?: Error[] };
  const first = cause.errors?.[0] ?? cause;
  return { code: cause.code ?? first.name, message: first.message };
}

export async function askTenant({ origin }: TenantAddress): Promise<TenantFacts> {
  const before = Date.now();
  const answer = await ask(`${origin}/.well-known/openid-configuration`);
  if (answer.kind === 'failed') return { discovery: { kind: 'unreachable', failure: answer.failure } };
  const clockAhead = readClock(answer.headers, (before + Date.now()) / 2);
  const facts = { ...(clockAhead !== undefined && { clockAhead }) };
  const { status, headers, text } = answer;
  if (status !== 200)
    return { ...facts, discovery: { kind: 'refused', status, location: headers.get('location') ?? '' } };
  const document = parseObject(text);
  if (!document) return { ...facts, discovery: { kind: 'no-json' } };
  const keys = await countKeys(document.jwks_uri);
  return { ...facts, discovery: { kind: 'read', document }, ...(keys !== undefined && { keys }) };
}

/** The header has whole seconds, cut off. What comes from a cache says how long it was there (RFC 9111 section 5.1). */
function readClock(headers: Headers, now: number): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  const age = Number(headers.get('age')) || 0;
  return Number.isNaN(date) ? undefined : Math.round((now - date - 500) / 1000 - age);
}

async function countKeys(address: unknown): Promise<number | undefined> {
  if (typeof address !== 'string' || !URL.canParse(address)) return undefined;
  const answer = await ask(address);
  if (answer.kind === 'failed') return 0;
  const keys = parseObject(answer.text)?.keys;
  return Array.isArray(keys) ? keys.length : 0;
}

export function parseObject(text: string): JsonObject | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
