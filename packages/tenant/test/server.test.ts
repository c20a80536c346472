import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTenant, type Tenant, type TenantOptions } from '../src/index.ts';

const open: Tenant[] = [];
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((tenant) => tenant.close()));
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function start(options?: TenantOptions, listen = { port: 0 }) {
  const tenant = await createTenant(undefined, options);
  open.push(tenant);
  return { tenant, ...(await tenant.listen(listen)) };
}

async function occupy(host: string, port = 0): Promise<number> {
  const server = createServer((_, response) => response.end('somebody else'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return (server.address() as AddressInfo).port;
}

/** Whether something accepts connections there. */
const accepts = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

describe('listening', () => {
  it('T36: happens on loopback only, on both of its addresses', async () => {
    const { port, issuer, url } = await start();
    expect(issuer).toBe(`http://localhost:${port}/`);
    expect(url).toBe(issuer);
    expect(await accepts('127.0.0.1', port)).toBe(true);
    const { networkInterfaces } = await import('node:os');
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    if (addresses.some(({ address }) => address === '::1')) expect(await accepts('::1', port)).toBe(true);
    for (const { address, internal, family } of addresses) {
      if (!internal && family === 'IPv4') expect(await accepts(address, port), address).toBe(false);
    }
  });

  it('says so when the port asked for is taken', async () => {
    const port = await occupy('127.0.0.1');
    await expect(start({}, { port })).rejects.toThrow('EADDRINUSE');
  });

  it('says so when somebody else has only the IPv6 side of localhost', async () => {
    const port = await occupy('::1').catch(() => undefined);
    if (port === undefined) return;
    await expect(start({}, { port })).rejects.toThrow('EADDRINUSE');
    expect(await accepts('127.0.0.1', port)).toBe(false);
  });

  it('uses the issuer given, and refuses one that looks like production (T36)', async () => {
    const { issuer, url, port } = await start({ issuer: 'http://10.0.2.2:4455' });
    expect(issuer).toBe('http://10.0.2.2:4455/');
    expect(url).toBe(`http://localhost:${port}/`);
    const metadata = await (await fetch(`${url}.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({ issuer, token_endpoint: 'http://10.0.2.2:4455/oauth/token' });
    await expect(createTenant(undefined, { issuer: 'https://acme.auth0.com' })).rejects.toThrow(
      'looks like production',
    );
  });

  it('happens once for a tenant, and ends with close, which may be called twice', async () => {
    const { tenant, port } = await start();
    await expect(tenant.listen({ port: 0 })).rejects.toThrow(`port ${port}`);
    await Promise.all([tenant.close(), tenant.close()]);
    expect(await accepts('127.0.0.1', port)).toBe(false);
  });
});

describe('several tenants in one process', () => {
  it('share nothing', async () => {
    const [a, b] = [await start(), await start()];
    await a.tenant.control.users.delete('auth0|sample');
    expect(await b.tenant.control.users.list()).toHaveLength(2);
    a.tenant.control.clock.set(0);
    expect(b.tenant.control.clock.get().now).toBeGreaterThan(1_000_000);
    expect(a.tenant.control.secret).not.toBe(b.tenant.control.secret);
    const jwks = await Promise.all([a, b].map(async ({ url }) => (await fetch(`${url}.well-known/jwks.json`)).text()));
    expect(jwks[0]).not.toBe(jwks[1]);
  });
});

describe('without a socket', () => {
  it('answers in-process, and breaks where a connection would break', async () => {
    const tenant = await createTenant();
    open.push(tenant);
    const get = () => tenant.fetch(new Request('http://localhost:4455/.well-known/openid-configuration'));
    expect(await (await get()).json()).toMatchObject({ issuer: 'http://localhost:4455/' });
    tenant.control.faults.add({ kind: 'drop', path: '/.well-known/*' });
    await expect(get()).rejects.toThrow('fetch failed');
    expect((await get()).status).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/.well-known/openid-configuration', '/nothing', '/__tenant/api/users'])(
    '%s forbids sniffing, framing and referrers',
    async (path) => {
      const { url } = await start();
      const { headers } = await fetch(new URL(path, url));
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    },
  );

  it('T38: refuses bodies over 100 kB, however they arrive, and goes on working', async () => {
    const { url } = await start();
    const post = (body: BodyInit, more: object = {}) =>
      fetch(`${url}oauth/token`, { method: 'POST', body, headers: { 'content-type': 'application/json' }, ...more });
    const large = JSON.stringify({ grant_type: 'x'.repeat(100 * 1024) });
    for (const path of [
      'oauth/token',
      'oauth/revoke',
      'dbconnections/signup',
      'authorize',
      '__tenant/api/users',
      'nothing',
    ]) {
      const response = await fetch(url + path, {
        method: 'POST',
        body: large,
        headers: { 'content-type': 'application/json' },
      });
      expect([path, response.status]).toEqual([path, 413]);
      expect(await response.json()).toMatchObject({ error: 'invalid_request' });
    }
    const stream = () =>
      new ReadableStream({
        pull(controller) {
          controller.enqueue(new Uint8Array(16 * 1024).fill(120));
          sent += 16;
          if (sent > 400) controller.close();
        },
      });
    let sent = 0;
    const streamed = await post(stream(), { duplex: 'half' }).then(
      ({ status }) => status,
      () => 'closed',
    );
    expect([413, 'closed']).toContain(streamed);
    const small = await post('{}');
    expect(small.status).toBeGreaterThanOrEqual(400);
    expect(small.status).toBeLessThan(413);
  });

  it('of a failure says nothing of its cause, which goes to onError', async () => {
    const onError = vi.fn();
    const { tenant, url } = await start({ onError });
    vi.spyOn(tenant.context.keys, 'jwks').mockRejectedValueOnce(new Error('the disk is full of secrets'));
    const response = await fetch(`${url}.well-known/jwks.json`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secrets');
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'the disk is full of secrets' }));
  });
});

describe('faults', () => {
  let tenant: Tenant;
  let url: string;
  beforeEach(async () => {
    ({ tenant, url } = await start());
  });
  const discovery = () => fetch(`${url}.well-known/openid-configuration`);
  const signup = (email: string) =>
    fetch(`${url}dbconnections/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: 'postern-spa',
        connection: 'Username-Password-Authentication',
        email,
        password: 'Correct-Horse-42',
      }),
    });

  it('drop: the request is processed to the end and the connection breaks without an answer', async () => {
    tenant.control.faults.add({ kind: 'drop', path: '/dbconnections/signup' });
    await expect(signup('new@example.com')).rejects.toThrow();
    expect(await tenant.control.users.list({ search: 'new@example.com' })).toHaveLength(1);
    expect((await signup('other@example.com')).status).toBe(200);
    expect(await tenant.control.events.waitFor({ type: 'fault.injected' })).toMatchObject({
      details: { kind: 'drop' },
    });
  });

  it('respond: the status, body and headers asked for, readable by the page that called, without processing', async () => {
    tenant.control.faults.add({
      kind: 'respond',
      path: '/dbconnections/*',
      status: 503,
      body: '{"error":"x"}',
      headers: { 'retry-after': '7' },
    });
    const preflight = await fetch(`${url}dbconnections/signup`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status, 'a preflight is not what the test meant').toBe(204);
    const response = await fetch(`${url}dbconnections/signup`, {
      method: 'POST',
      headers: { origin: 'http://localhost:5173' },
    });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ error: 'x' });
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(tenant.control.faults.list()).toEqual([]);
  });

  it('delay: the answer comes, later', async () => {
    tenant.control.faults.add({ kind: 'delay', path: '/.well-known/*', ms: 300 });
    const before = performance.now();
    expect((await discovery()).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(295);
  });

  it('strike as often as asked, in order, only their path, and never the control API', async () => {
    tenant.control.faults.add({ kind: 'respond', path: '/.well-known/openid-configuration', status: 500, times: 2 });
    tenant.control.faults.add({ kind: 'respond', path: '*'.replace('*', '/*'), status: 418 });
    const users = await fetch(`${url}__tenant/api/users`, {
      headers: { authorization: `Bearer ${tenant.control.secret}` },
    });
    expect(users.status).toBe(200);
    expect((await discovery()).status).toBe(500);
    expect((await fetch(`${url}.well-known/jwks.json`)).status).toBe(418);
    expect((await discovery()).status).toBe(500);
    expect((await discovery()).status).toBe(200);
  });

  it('are forgotten when cleared', async () => {
    tenant.control.faults.add({ kind: 'drop', path: '/*', times: 3 });
    tenant.control.faults.clear();
    expect((await discovery()).status).toBe(200);
  });
});
