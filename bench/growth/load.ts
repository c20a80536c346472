import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { createBrowser } from '../../packages/tenant/test/support/browser.ts';
import { api, callback, clientId, emailOf, firstRefreshToken, password, scope } from './population.ts';

/** One or several processes on one database, and what the load knows about the people in it. */
export interface Target {
  readonly origins: readonly string[];
  readonly issuer: string;
  readonly count: number;
  readonly secrets: readonly string[];
  readonly machineSecret: string;
  /** Newest refresh token of each person; filled as they are renewed. */
  readonly refreshTokens: Map<number, string>;
  readonly accessTokens: string[];
  /** How far each kind of load has come, so that the next round goes on with other people. */
  readonly progress: Map<string, number>;
}

export interface Load {
  readonly title: string;
  readonly connections: number;
  /** One request, or one login. `n` counts up over all connections; `lane` is the connection. */
  run(target: Target, agent: Agent, lane: number, n: number): Promise<void>;
}

/** Three processes get as many each. */
const CONNECTIONS = 9;

/** Spreads the people that follow one another over the whole table; coprime to every size. */
const STRIDE = 7_919;
const personOf = ({ count }: Target, n: number) => (n * STRIDE) % count;
const originOf = ({ origins }: Target, lane: number) => origins[lane % origins.length] ?? '';

interface Answer {
  readonly status: number;
  readonly text: string;
}

function send(agent: Agent, url: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

async function expectJson(answer: Promise<Answer>, what: string): Promise<Record<string, unknown>> {
  const { status, text } = await answer;
  if (status !== 200) throw new Error(`${what} was answered with ${status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Record<string, unknown>;
}

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const asForm = { 'content-type': 'application/x-www-form-urlencoded' };

async function refreshOf(target: Target, agent: Agent, lane: number, person: number): Promise<string> {
  const token = target.refreshTokens.get(person) ?? firstRefreshToken(person);
  const body = form({ grant_type: 'refresh_token', client_id: clientId, refresh_token: token });
  const answer = await expectJson(send(agent, `${originOf(target, lane)}/oauth/token`, asForm, body), 'A refresh');
  if (answer.refresh_token === token) throw new Error('The refresh token was not rotated.');
  target.refreshTokens.set(person, String(answer.refresh_token));
  return String(answer.access_token);
}

const refresh: Load = {
  title: 'refreshes with rotation',
  connections: CONNECTIONS,
  // Each connection has people of its own, so that none of their refresh tokens is used twice at once.
  async run(target, agent, lane, n) {
    const own = Math.floor((target.count - 1 - lane) / CONNECTIONS) + 1;
    await refreshOf(target, agent, lane, lane + ((n * STRIDE) % own) * CONNECTIONS);
  },
};

const clientCredentials: Load = {
  title: 'client_credentials',
  connections: CONNECTIONS,
  async run(target, agent, lane) {
    const body = form({
      grant_type: 'client_credentials',
      client_id: 'growth-machine',
      client_secret: target.machineSecret,
      audience: api,
    });
    await expectJson(send(agent, `${originOf(target, lane)}/oauth/token`, asForm, body), 'client_credentials');
  },
};

const userinfo: Load = {
  title: '/userinfo',
  connections: CONNECTIONS,
  async run(target, agent, lane, n) {
    const token = target.accessTokens[n % target.accessTokens.length];
    const headers = { authorization: `Bearer ${token}` };
    await expectJson(send(agent, `${originOf(target, lane)}/userinfo`, headers), '/userinfo');
  },
};

/** As a browser: the authorize request, the form, its answer, and the code for tokens. */
const login: Load = {
  title: 'whole logins on the hosted page',
  connections: 6,
  async run(target, agent, lane, n) {
    const person = personOf(target, n);
    const origin = originOf(target, lane);
    // What a load balancer does: the address is the issuer's, the process is one of several.
    const balanced: typeof fetch = (url, init) => {
      const { pathname, search } = new URL(String(url));
      return fetch(`${origin}${pathname}${search}`, init);
    };
    const browser = createBrowser(target.issuer, balanced);
    const verifier = createHash('sha256').update(`verifier ${n}`).digest('base64url');
    const url = new URL('/authorize', target.issuer);
    url.search = form({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: callback,
      scope,
      audience: api,
      state: 's',
      nonce: 'n',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const page = await browser.logIn(url, { username: emailOf(person), password });
    const code = page.callback?.searchParams.get('code');
    if (!code) throw new Error(`A login ended at ${page.callback ?? page.url} with ${page.status}.`);
    const body = form({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: callback,
      code,
      code_verifier: verifier,
    });
    await expectJson(send(agent, `${origin}/oauth/token`, asForm, body), 'A code');
  },
};

const searchFor =
  (termOf: (person: number) => string): Load['run'] =>
  async (target, agent, lane, n) => {
    const person = personOf(target, n);
    const url = `${originOf(target, lane)}/__tenant/api/users?search=${encodeURIComponent(termOf(person))}`;
    const headers = { authorization: `Bearer ${target.secrets[lane % target.secrets.length]}` };
    const found: unknown = await expectJson(send(agent, url, headers), 'A search');
    const emails = Array.isArray(found) ? found.map((user: { email?: string }) => user.email) : [];
    if (!emails.includes(emailOf(person))) throw new Error(`${emailOf(person)} was not found.`);
  };

const searchWhole: Load = {
  title: 'user search, whole address',
  connections: 3,
  run: searchFor(emailOf),
};

const searchPart: Load = {
  title: 'user search, part of an address',
  connections: 3,
  run: searchFor((person) => emailOf(person).slice(2, -4)),
};

const firstPage: Load = {
  title: 'first page of the user list',
  connections: 3,
  async run(target, agent, lane) {
    const url = `${originOf(target, lane)}/__tenant/api/users?limit=10`;
    const headers = { authorization: `Bearer ${target.secrets[lane % target.secrets.length]}` };
    await expectJson(send(agent, url, headers), 'The user list');
  },
};

export const loads: readonly Load[] = [refresh, clientCredentials, userinfo, login, searchWhole, searchPart, firstPage];

/** As many refreshes, each of another person, to have access tokens for /userinfo. */
export async function collectAccessTokens(target: Target, wanted: number): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (let n = 0; n < Math.min(wanted, target.count); n += 1) {
    target.accessTokens.push(await refreshOf(target, agent, n, personOf(target, n)));
  }
  agent.destroy();
}

/**
 * Requests as fast as one answer allows the next question, on keep-alive connections.
 * @returns how many a second
 */
export async function measureLoad(load: Load, target: Target, forMs: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const first = target.progress.get(load.title) ?? 0;
  let next = first;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: load.connections }, async (_, lane) => {
      while (performance.now() - started < forMs) {
        next += 1;
        await load.run(target, agent, lane, next - 1);
      }
    }),
  );
  const perSecond = (next - first) / ((performance.now() - started) / 1000);
  target.progress.set(load.title, next);
  agent.destroy();
  return perSecond;
}

/** One question after another until `end` resolves. @returns milliseconds of each answer */
export async function measureAnswers(target: Target, end: Promise<unknown>): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const latencies: number[] = [];
  let ended = false;
  const stop = end.then(() => {
    ended = true;
  });
  while (!ended) {
    const asked = performance.now();
    await clientCredentials.run(target, agent, 0, 0);
    latencies.push(performance.now() - asked);
  }
  await stop;
  agent.destroy();
  return latencies;
}
