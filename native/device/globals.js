/**
 * Makes Jest's globals no kinder than those of a device: what Hermes and React Native lack is taken away, and what they have
 * in its place is put there. Otherwise a test passes for what Node brings and a phone does not.
 */
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { sendOverHttp } = require('./http');

const fromApp = createRequire(join(process.cwd(), 'package.json'));

const lacking = [
  'crypto',
  'Crypto',
  'CryptoKey',
  'SubtleCrypto',
  'structuredClone',
  'TextDecoder',
  'DOMException',
  'BroadcastChannel',
  'MessageChannel',
  'ReadableStream',
  'WritableStream',
  'TransformStream',
  'CompressionStream',
  'Event',
  'EventTarget',
  'Buffer',
  'localStorage',
  'sessionStorage',
  'navigator',
  'fetch',
  'Headers',
  'Request',
  'Response',
  'FormData',
  'Blob',
  'File',
  'URL',
  'URLSearchParams',
];
for (const name of lacking) delete globalThis[name];
for (const name of ['toBase64', 'toHex', 'setFromBase64', 'setFromHex']) delete Uint8Array.prototype[name];
for (const name of ['fromBase64', 'fromHex']) delete Uint8Array[name];
for (const list of [Array, Uint8Array])
  for (const name of ['toSorted', 'toReversed', 'toSpliced', 'with']) delete list.prototype[name];
delete AbortSignal.timeout;
delete AbortSignal.any;
Object.assign(globalThis, { navigator: { product: 'ReactNative' } });

// React Native: whatwg-fetch.
const { Headers, Request, Response } = fromApp('whatwg-fetch');
// Expo: UTF-8, and a whole URL.
globalThis.TextDecoder = fromApp('expo/src/winter/TextDecoder').TextDecoder;
const { URL, URLSearchParams } = fromApp('whatwg-url-minimum');

/** As Expo's `fetch` answers: it says that it is a Response, and is not one. */
class FetchResponse {
  #body;
  constructor({ status, statusText, headers, body, url }) {
    this.#body = body;
    this.status = status;
    this.statusText = statusText;
    this.ok = status >= 200 && status < 300;
    this.headers = new Headers(headers);
    this.url = url;
    this.type = 'default';
    this.redirected = false;
  }
  get [Symbol.toStringTag]() {
    return 'Response';
  }
  async text() {
    return this.#body;
  }
  async json() {
    return JSON.parse(this.#body);
  }
}

/** As Expo's: it takes a Request, whose body it finds where React Native's polyfill has it, and follows redirects unless told. */
async function fetch(input, init = {}) {
  const given = input instanceof Request ? input : new Request(String(input), { ...init, signal: undefined });
  const body = init.body ?? given._bodyInit;
  const answer = await sendOverHttp(given.url, {
    method: init.method ?? given.method,
    headers: Object.fromEntries(new Headers(init.headers ?? given.headers).entries()),
    body: body === undefined || body === null ? undefined : String(body),
    signal: init.signal ?? given.signal,
  });
  const { location } = answer.headers;
  if (
    answer.status >= 300 &&
    answer.status < 400 &&
    location &&
    (init.redirect ?? given.redirect ?? 'follow') === 'follow'
  )
    return fetch(new URL(location, given.url).href, { headers: given.headers });
  return new FetchResponse({ ...answer, url: given.url });
}

for (const [name, value] of Object.entries({ fetch, Headers, Request, Response, URL, URLSearchParams }))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
