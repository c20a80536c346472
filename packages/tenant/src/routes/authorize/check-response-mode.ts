import { listOf } from '../../errors.ts';
import { isWebOrigin } from '../../http/cors.ts';
import type { ResponseMode } from '../../sessions/interactions.ts';
import { type AuthorizeRequest, PageError, RedirectError } from './request.ts';

const modes: readonly ResponseMode[] = ['query', 'form_post', 'web_message'];

/** Comes first of the checks, as it decides how every later answer travels. */
export function checkResponseMode({ client, redirectUri, sent }: AuthorizeRequest): { responseMode: ResponseMode } {
  const wanted = sent.response_mode ?? 'query';
  const responseMode = modes.find((mode) => mode === wanted);
  if (responseMode === undefined) {
    throw new RedirectError('invalid_request', `Unsupported response_mode: ${wanted}`, {
      explanation: `Client ${client.clientId} asked for response_mode ${wanted}; supported: ${listOf(modes)}.`,
    });
  }
  const { origin, protocol } = new URL(redirectUri);
  if (responseMode === 'web_message' && !isWebOrigin(client, origin)) {
    throw new PageError('invalid_request', 'Origin not allowed for web messages.', {
      status: 403,
      explanation: `Client ${client.clientId} asked for a web message to ${origin}, which is not among its webOrigins; registered: ${listOf(client.webOrigins)}.`,
    });
  }
  if (responseMode === 'form_post' && protocol !== 'http:' && protocol !== 'https:') {
    throw new RedirectError('invalid_request', 'form_post needs an http or https redirect_uri');
  }
  return { responseMode };
}
