import { listOf } from '../../errors.ts';
import type { AuthorizeParams } from '../../sessions/interactions.ts';
import { type Check, RedirectError } from './request.ts';

type Prompt = AuthorizeParams['prompt'][number];
const prompts: readonly Prompt[] = ['none', 'login', 'consent', 'select_account'];

/** OIDC Core 3.1.2.1: a set of values; `none` stands alone. */
export const checkPrompt: Check = ({ client, sent }) => {
  const values = [...new Set((sent.prompt ?? '').split(' ').filter((value) => value !== ''))];
  const prompt = values.map((value) => {
    const known = prompts.find((one) => one === value);
    if (known !== undefined) return known;
    throw new RedirectError('invalid_request', `Unsupported prompt: ${value}`, {
      explanation: `Client ${client.clientId} sent prompt=${value}; supported: ${listOf(prompts)}.`,
    });
  });
  if (prompt.includes('none') && prompt.length > 1) {
    throw new RedirectError('invalid_request', 'prompt=none cannot be combined with other values');
  }
  return { prompt };
};
