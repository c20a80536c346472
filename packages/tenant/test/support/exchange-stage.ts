import { afterEach, beforeEach } from 'vitest';
import { type BoundTest, exchangeGrant, startBoundTest } from './bound.ts';
import { api, type TokenAnswer } from './protocol.ts';

export let test: BoundTest;

export const sampleType = 'urn:example:sample-token';
export const partnerType = 'urn:example:partner-token';
export const closedType = 'urn:example:closed-token';
export const agentType = 'urn:example:agent-token';
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';

export const sign = (type: string, claims: Record<string, unknown> = { sub: 'auth0|sample' }, lifetime?: number) =>
  test.tenant.control.signSubjectToken({ type, claims, ...(lifetime === undefined ? {} : { lifetime }) });

export function exchange(token: string, changes: Record<string, string | undefined> = {}): Promise<TokenAnswer> {
  const form = {
    grant_type: exchangeGrant,
    client_id: 'spa',
    subject_token: token,
    subject_token_type: sampleType,
    audience: api,
    scope: 'openid profile email offline_access read:notes',
    ...changes,
  };
  const sent = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return test.post('/oauth/token', Object.fromEntries(sent));
}
export const why = async () => (await test.lastEvent('token.rejected')).sentence;
export const refused = { error: 'invalid_grant', error_description: 'Invalid subject token.' };

/** A tenant for each test. */
export function useExchangeTenant(): void {
  beforeEach(async () => {
    test = await startBoundTest();
    test.tenant.context.clock.set(Date.now());
  });

  afterEach(() => test.close());
}
