import type { Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createAdaptorServer } from '@hono/node-server';

type FetchCallback = Parameters<typeof createAdaptorServer>[0]['fetch'];

export interface Listening {
  readonly port: number;
  readonly host: string;
  close(): Promise<void>;
}

export interface ListenOptions {
  /** TCP port; 0 takes a free one. Without it 4455, or a free one when that is taken. */
  readonly port?: number | undefined;
  /** Address to bind. Without it loopback, IPv4 and (where there is one) IPv6, so that `localhost` finds the tenant. */
  readonly host?: string | undefined;
}

/** Key and certificate chain as PEM: the tenant speaks https. */
export interface TlsFiles {
  readonly key: string;
  readonly cert: string;
}

export const DEFAULT_PORT = 4455;

/** How many free ports to try for one that is free on both loopback addresses. */
const ATTEMPTS = 20;

export async function listenOn(
  fetch: FetchCallback,
  { port, host }: ListenOptions,
  tls?: TlsFiles,
): Promise<Listening> {
  const wanted = port ?? DEFAULT_PORT;
  try {
    return await bindAll(createServerMaker(fetch, tls), wanted, host);
  } catch (error) {
    if (!isTaken(error) || (port !== undefined && port !== 0)) throw error;
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await bindAll(createServerMaker(fetch, tls), 0, host);
    } catch (error) {
      if (!isTaken(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

type ServerMaker = () => Server;

function createServerMaker(fetch: FetchCallback, tls: TlsFiles | undefined): ServerMaker {
  return () => {
    if (tls === undefined) return createAdaptorServer({ fetch }) as Server;
    const { key, cert } = tls;
    return createAdaptorServer({ fetch, createServer: createHttpsServer, serverOptions: { key, cert } }) as Server;
  };
}

async function bindAll(create: ServerMaker, port: number, host: string | undefined): Promise<Listening> {
  const first = await bind(create(), port, host ?? '127.0.0.1');
  const address = first.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const servers = [first];
  if (host === undefined || host === 'localhost') {
    try {
      servers.push(await bind(create(), bound, '::1'));
    } catch (error) {
      if (isTaken(error)) {
        // Somebody else answers on [::1] there: a browser that asks for `localhost` could reach them instead of us.
        await closeAll(servers);
        throw error;
      }
      // A machine without IPv6.
    }
  }
  return { port: bound, host: host ?? '127.0.0.1', close: () => closeAll(servers) };
}

function bind(server: Server, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host === 'localhost' ? '127.0.0.1' : host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
