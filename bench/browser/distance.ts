import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Distance {
  /** Where the server seems to be now. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Puts `roundTripMs` between whoever connects and a server of this machine: all they say to each other arrives half of it later,
 * and what is first said waits for the handshake of TCP as well.
 */
export async function openDistance(serverPort: number, roundTripMs: number): Promise<Distance> {
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket, notBefore: number) => {
    sockets.add(from);
    from.setNoDelay(true);
    const later = (work: () => void) =>
      setTimeout(work, roundTripMs / 2 + Math.max(0, notBefore - performance.now())).unref();
    from.on('data', (data) => later(() => !to.destroyed && to.write(data)));
    from.on('end', () => later(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      later(() => to.destroy());
    });
  };
  const server = createServer((near) => {
    const far = connect(serverPort, '127.0.0.1');
    carry(near, far, performance.now() + roundTripMs);
    carry(far, near, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
