import type { BrowserContext, Request } from 'playwright-core';

/** Notes what the pages of `context` ask of the tenant in essence; each call gives what was asked since the one before. */
export function noteRequests(context: BrowserContext, issuer: string): () => string[] {
  const noted: string[] = [];
  context.on('request', (request) => {
    const essence = request.url().startsWith(issuer) && request.method() !== 'OPTIONS' && essenceOf(request);
    if (essence) noted.push(essence);
  });
  return () => noted.splice(0);
}

function essenceOf(request: Request): string | undefined {
  const { pathname, searchParams } = new URL(request.url());
  const given = (name: string) => searchParams.get(name) ?? '';
  switch (pathname) {
    case '/authorize': {
      const way = given('prompt') === 'none' ? 'silent' : 'login';
      const scopes = given('scope').split(' ').sort().join(' ');
      return `${way}: ${given('response_type')} ${given('code_challenge_method')} ${given('audience')} [${scopes}]`;
    }
    case '/oauth/token':
      return `token: ${new URLSearchParams(request.postData() ?? '').get('grant_type')}`;
    case '/v2/logout':
      return `logout: ${given('client_id')}`;
    default:
      return undefined;
  }
}
