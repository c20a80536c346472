/** What React Native sets up around its engine, as far as the protocol needs it. First of all imports. */
import 'react-native-url-polyfill/auto';
import { Headers, Request, Response } from 'whatwg-fetch';

const { print } = globalThis;

class AbortSignal {
  aborted = false;
  addEventListener() {}
  removeEventListener() {}
  throwIfAborted() {}
}

class AbortController {
  signal = new AbortSignal();
  abort() {
    this.signal.aborted = true;
  }
}

Object.assign(globalThis, { Headers, Request, Response, AbortController, AbortSignal });
globalThis.console ??= { log: print, info: print, warn: print, error: print };
// Nothing here waits: a timer would only be a timeout.
globalThis.setTimeout ??= () => 0;
globalThis.clearTimeout ??= () => undefined;
