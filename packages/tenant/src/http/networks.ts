import { isIP } from 'node:net';

/**
 * Whether two addresses are the same (`ip`), or of one network (`asn`). No table of autonomous systems is shipped: the
 * first 24 bits of an IPv4 address and the first 48 of an IPv6 one stand for the network.
 */
export function isSameNetwork(left: string, right: string, precision: 'ip' | 'asn'): boolean {
  const [a, b] = [canonical(left), canonical(right)];
  return precision === 'ip' ? a === b : networkOf(a) === networkOf(b);
}

/** Without the IPv6 clothes of an IPv4 address, and with one name for this machine's loopback. */
function canonical(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
  return plain === '::1' || plain.startsWith('127.') ? 'loopback' : plain;
}

function networkOf(address: string): string {
  if (isIP(address) === 4) return address.split('.').slice(0, 3).join('.');
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...rest];
  return all
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
