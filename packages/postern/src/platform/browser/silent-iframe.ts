import { AuthError, TimeoutError } from '../../errors/auth-error.ts';
import type { PresentRequest, PresentResult } from '../platform.ts';
import { listenForResponse } from './authorization-message.ts';

/** A `web_message` page posts while it loads. One that has loaded and stayed silent this long is an error page. */
const SILENCE_AFTER_LOAD_MS = 2000;
const PROBE_MS = 3000;
/** Firefox tells nothing of an iframe whose page cannot be reached: after so long without a page it is found out otherwise. */
const STALLED_AFTER_MS = 3000;

/**
 * Asks the issuer in a hidden iframe (`prompt=none`, `web_message`). Fails with `timeout`, with `network_error` where the
 * issuer cannot be reached, and with `a0.invalid_configuration` as soon as it is clear that the iframe shows a page that
 * will never answer, so that whoever holds a lock for it lets go.
 */
export function presentInIframe(request: PresentRequest): Promise<PresentResult> {
  return new Promise((resolve, reject) => {
    const iframe = document.createElement('iframe');
    iframe.style.display = 'none';
    let silence: ReturnType<typeof setTimeout> | undefined;
    const ended = new AbortController();

    const finish = (settle: () => void) => {
      stopListening();
      clearTimeout(limit);
      clearTimeout(silence);
      clearTimeout(stalled);
      ended.abort();
      iframe.remove();
      settle();
    };
    const stopListening = listenForResponse(
      request,
      () => iframe.contentWindow,
      (url) => finish(() => resolve({ kind: 'callback', url })),
    );
    const limit = setTimeout(() => finish(() => reject(new TimeoutError(request.timeoutMs))), request.timeoutMs);
    const fail = (error: AuthError) => finish(() => reject(error));

    const stalled = setTimeout(() => {
      // One that is only slow has until the limit.
      reach(request.issuerOrigin, ended.signal).catch((error) => !ended.signal.aborted && fail(error));
    }, STALLED_AFTER_MS);
    iframe.addEventListener('load', () => {
      clearTimeout(stalled);
      clearTimeout(silence);
      silence = setTimeout(() => {
        reach(request.issuerOrigin, AbortSignal.timeout(PROBE_MS)).then(
          () => fail(noAnswer(request.issuerOrigin)),
          fail,
        );
      }, SILENCE_AFTER_LOAD_MS);
    });
    iframe.src = request.url;
    document.body.append(iframe);
  });
}

/** The iframe's document cannot be read across origins: whether the issuer is there has to be found out another way. */
async function reach(issuerOrigin: string, signal: AbortSignal): Promise<void> {
  try {
    await fetch(`${issuerOrigin}/.well-known/jwks.json`, { mode: 'no-cors', signal });
  } catch (cause) {
    throw new AuthError('NetworkError', `${issuerOrigin} cannot be reached.`, { code: 'network_error', cause });
  }
}

function noAnswer(issuerOrigin: string): AuthError {
  return new AuthError(
    'InvalidConfiguration',
    `${issuerOrigin} showed a page instead of an answer: is ${window.location.origin} among the client's Allowed Web Origins and Callback URLs?`,
    { code: 'a0.invalid_configuration' },
  );
}
