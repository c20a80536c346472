import type { PresentRequest } from '../platform.ts';

interface AuthorizationMessage {
  readonly type: 'authorization_response';
  readonly response: Readonly<Record<string, unknown>>;
}

/**
 * Calls `onCallback` with the callback URL that `request` is waiting for, when its window posts it as a `web_message`
 * response. Believed is the issuer alone, in the very window that was opened for this login, with this login's state; any
 * other message is ignored (RFC 9700 section 4.17.2). Returns the function that stops listening.
 */
export function listenForResponse(
  request: PresentRequest,
  opened: () => MessageEventSource | null,
  onCallback: (url: string) => void,
): () => void {
  const onMessage = ({ origin, source, data }: MessageEvent<Partial<AuthorizationMessage> | null>) => {
    if (origin !== request.issuerOrigin || source === null || source !== opened()) return;
    if (data?.type !== 'authorization_response' || data.response?.state !== request.state) return;
    const url = new URL(request.redirectUri);
    for (const [name, value] of Object.entries(data.response)) url.searchParams.set(name, String(value));
    onCallback(url.href);
  };
  window.addEventListener('message', onMessage);
  return () => window.removeEventListener('message', onMessage);
}
