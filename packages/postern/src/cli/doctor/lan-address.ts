import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** RFC 1918: on no other network is a phone beside this machine. */
const isPrivate = (address: string) => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);

/** This machine's address on a network that it shares with a phone. */
export function lanAddress(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>> = networkInterfaces(),
): string | undefined {
  const all = Object.values(interfaces).flatMap((list) => list ?? []);
  return all.find(({ family, internal, address }) => family === 'IPv4' && !internal && isPrivate(address))?.address;
}
