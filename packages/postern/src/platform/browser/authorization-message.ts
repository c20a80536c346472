import type { PresentRequest } from '../platform.ts';

/** From whom a message is believed: the window we opened, and the issuer or our own callback page in it. */
export interface ExpectedSender {
  readonly source: () => MessageEventSource | null;
  readonly origins: readonly string[];
}

/**
 * Calls `onCallback` with the callback URL that `request` is waiting for, when its window posts one: a `web_message`
 * response of the issuer, or the URL of our own callback page. Any other message is ignored (RFC 9700 section 4.17.2).
 * Returns the function that stops listening.
 */
export function listenForCallback(
  request: Pick<PresentRequest, 'state' | 'redirectUri'>,
  sender: ExpectedSender,
  onCallback: (url: string) => void,
): () => void {
  const onMessage = (event: MessageEvent<unknown>) => {
    if (!sender.origins.includes(event.origin)) return;
    if (event.source === null || event.source !== sender.source()) return;
    const response = readResponse(event.data);
    if (response === undefined || response.state !== request.state) return;
    const url = new URL(request.redirectUri);
    for (const [name, value] of Object.entries(response)) url.searchParams.set(name, value);
    onCallback(url.href);
  };
  window.addEventListener('message', onMessage);
  return () => window.removeEventListener('message', onMessage);
}

/** The response as a message to the window that waits for it. */
export function toAuthorizationMessage(parameters: URLSearchParams): unknown {
  return { type: 'authorization_response', response: Object.fromEntries(parameters) };
}

function readResponse(data: unknown): Record<string, string> | undefined {
  if (typeof data !== 'object' || data === null || !('type' in data) || !('response' in data)) return undefined;
  const { type, response } = data;
  if (type !== 'authorization_response' || typeof response !== 'object' || response === null) return undefined;
  const entries = Object.entries(response).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}
