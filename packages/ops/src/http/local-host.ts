import { isIP } from 'node:net';

const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:@/\s]+))(?::\d{1,5})?$/i;
/** Domains that never exist in public DNS, so an attacker cannot register a name in them. */
const RESERVED = /(?:^|\.)(?:localhost|local|internal)$/;

/**
 * Protects against DNS rebinding: whether the `Host` header is an IP address, a name without a dot
 * such as `expiry-worker`, or a name in a domain reserved for private networks.
 */
export const isLocalHost = (header: string | undefined): boolean => {
  const [, v6, other] = HOST.exec(header ?? '') ?? [];
  if (v6 !== undefined) return isIP(v6) === 6;
  if (other === undefined) return false;
  const name = other.toLowerCase();
  return isIP(name) !== 0 || !name.includes('.') || RESERVED.test(name);
};
