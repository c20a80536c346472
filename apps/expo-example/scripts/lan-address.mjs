import { networkInterfaces } from 'node:os';

/** Addresses of private networks (RFC 1918): the others are not ones that a phone beside this machine would use. */
const isPrivate = (address) => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);

/** This machine's address on the network a phone shares with it; `POSTERN_LAN_ADDRESS` settles it where there are several. */
export function lanAddress() {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const ipv4 = addresses.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
  return process.env.POSTERN_LAN_ADDRESS ?? ipv4.find(isPrivate) ?? 'localhost';
}
