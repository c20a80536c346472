/**
 * What every browser has and Jest's jsdom has not (`fetch`, `crypto.subtle`, `TextEncoder` …). The CommonJS build for
 * browsers, which Jest alone loads, has these names replaced by the exports of this file (tsdown.config.ts), so that
 * nobody mocks them and no global is set. In jsdom all of them come from Node: a mixture would fail, as jsdom has
 * its own `Uint8Array` and Node's `fetch` takes no `AbortSignal` of jsdom's. Anywhere else they are what they are.
 */
interface NodeProcess {
  getBuiltinModule?(name: 'node:vm'): { runInThisContext(code: string): unknown } | undefined;
}

type Globals = typeof globalThis;

/** The `globalThis` outside of the sandbox, where Jest runs the test in one that lacks what browsers have. */
function outerGlobals(): Globals {
  const inner: Globals & { readonly process?: NodeProcess } = globalThis;
  if (inner.crypto?.subtle && 'TextEncoder' in inner && 'fetch' in inner) return inner;
  const vm = inner.process?.getBuiltinModule?.('node:vm');
  return vm ? (vm.runInThisContext('globalThis') as Globals) : inner;
}

const from = outerGlobals();

/** Looked up with each call: a test may put its own `fetch` in place. */
export const fetch: Globals['fetch'] = (input, init) => (globalThis.fetch ?? from.fetch)(input, init);

export const crypto = from.crypto;
export const structuredClone = from.structuredClone;
export const CryptoKey = from.CryptoKey;
export const TextEncoder = from.TextEncoder;
export const TextDecoder = from.TextDecoder;
export const AbortController = from.AbortController;
export const AbortSignal = from.AbortSignal;
export const Headers = from.Headers;
export const Request = from.Request;
export const Response = from.Response;
export const URL = from.URL;
export const URLSearchParams = from.URLSearchParams;
const { ArrayBuffer: OuterArrayBuffer, Uint8Array: OuterUint8Array } = from;

export { OuterArrayBuffer as ArrayBuffer, OuterUint8Array as Uint8Array };
