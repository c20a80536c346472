import { BlockList, isIP } from 'node:net';
import { hostname } from 'node:os';

/** Names that mean this machine or this network wherever they are said (RFC 2606, RFC 6761, RFC 6762, RFC 8375), and its own. */
export const localDomains: readonly string[] = [
  ...['localhost', 'test', 'local', 'internal', 'lan', 'home.arpa', 'example', 'invalid'],
  ...(/^[a-z0-9-]+$/i.test(hostname()) ? [hostname().toLowerCase()] : []),
];

/** Addresses that no two networks share: loopback, private, link-local and carrier-grade (RFC 6890). */
export const localNetworks: readonly string[] = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
  ...['::1/128', 'fc00::/7', 'fe80::/10'],
];

const networks = new BlockList();
for (const network of localNetworks) {
  const [address = '', prefix] = network.split('/');
  networks.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether the local authority may vouch for it. */
export function isLocalName(name: string): boolean {
  const version = isIP(name);
  if (version !== 0) return networks.check(name, version === 6 ? 'ipv6' : 'ipv4');
  return localDomains.some((domain) => name === domain || name.endsWith(`.${domain}`));
}
