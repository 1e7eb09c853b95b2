import { isIP } from 'node:net';

const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:@/\s]+))(?::\d{1,5})?$/i;
/** Domains that the public DNS never has, so no stranger can point a name in them anywhere. */
const RESERVED = /(?:^|\.)(?:localhost|local|internal)$/;

/**
 * True when the `Host` header cannot be a name that a stranger made point here (DNS rebinding): an IP address, a name
 * without a dot such as `expiry-worker`, or a name in a domain that is reserved for private networks.
 */
export const isLocalHost = (header: string | undefined): boolean => {
  const [, v6, other] = HOST.exec(header ?? '') ?? [];
  if (v6 !== undefined) return isIP(v6) === 6;
  if (other === undefined) return false;
  const name = other.toLowerCase();
  return isIP(name) !== 0 || !name.includes('.') || RESERVED.test(name);
};
