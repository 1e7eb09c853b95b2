import { isIPv6 } from 'node:net';

/** Groups of an IPv6 address that identify one subscriber: the first four of eight (a /64). */
const IPV6_GROUPS = 4;
const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

const expandIpv6 = (address: string): readonly string[] => {
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back].map((group) => group.replace(/^0+(?=.)/, ''));
};

/**
 * The key under which an address is counted. IPv6 addresses are grouped by /64, because one client
 * can use all 2^64 addresses of it.
 */
export const addressKey = (address: string): string => {
  const ipv4 = IPV4_IN_IPV6.exec(address)?.[1];
  if (ipv4 !== undefined) return ipv4;
  if (!isIPv6(address)) return address;
  return `${expandIpv6(address).slice(0, IPV6_GROUPS).join(':')}::/64`;
};
