import { Agent, request } from 'node:http';

export interface TokenEndpoint {
  readonly url: string;
  readonly clientId: string;
}

const post = (agent: Agent, url: string, body: string) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    const call = request(url, { agent, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    call.on('error', reject);
    call.end(body);
  });

async function refresh(agent: Agent, { url, clientId }: TokenEndpoint, refreshToken: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken });
  const { status, text } = await post(agent, url, body.toString());
  if (status !== 200) throw new Error(`${url} answered ${status}: ${text.slice(0, 200)}`);
  const next: unknown = JSON.parse(text).refresh_token;
  return typeof next === 'string' ? next : refreshToken;
}

/**
 * Refreshes as fast as one answer allows the next question, on one keep-alive connection for each chain of refresh tokens.
 * Each request presents the token that the one before it was given, as a well-behaved client does.
 *
 * @returns requests per second, and the newest token of each chain
 */
export async function measureRefreshes(
  endpoint: TokenEndpoint,
  chains: readonly string[],
  forMs: number,
): Promise<{ perSecond: number; chains: string[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: chains.length });
  const started = performance.now();
  let count = 0;
  const newest = await Promise.all(
    chains.map(async (first) => {
      let token = first;
      while (performance.now() - started < forMs) {
        token = await refresh(agent, endpoint, token);
        count += 1;
      }
      return token;
    }),
  );
  const perSecond = count / ((performance.now() - started) / 1000);
  agent.destroy();
  return { perSecond, chains: newest };
}

/** The same with password-realm: connection `n` is `person-n@example.com`. Latencies in milliseconds. */
export async function measureLogins(
  { url, clientId }: TokenEndpoint,
  connections: number,
  forMs: number,
): Promise<{ count: number; perSecond: number; p50: number; p99: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const started = performance.now();
  const latencies: number[] = [];
  await Promise.all(
    Array.from({ length: connections }, async (_, n) => {
      const body = new URLSearchParams({
        grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
        client_id: clientId,
        username: `person-${n}@example.com`,
        password: 'Correct-Horse-42',
        realm: 'Username-Password-Authentication',
        scope: 'openid profile email offline_access',
      }).toString();
      while (performance.now() - started < forMs) {
        const asked = performance.now();
        const { status, text } = await post(agent, url, body);
        if (status !== 200) throw new Error(`${url} answered ${status}: ${text.slice(0, 200)}`);
        latencies.push(performance.now() - asked);
      }
    }),
  );
  const elapsed = (performance.now() - started) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { count: latencies.length, perSecond: latencies.length / elapsed, p50: at(0.5), p99: at(0.99) };
}
